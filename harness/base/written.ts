/** Settings as an author writes them: what a schema takes, before defaults are filled in and units read. */
import type { z } from 'zod'

type DeepReadonly<T> = T extends (...given: never) => unknown
  ? T
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T

/** The input of a schema; doc comments on the keys of the schema are what editors show. */
export type Written<Schema extends z.ZodType> = DeepReadonly<z.input<Schema>>
