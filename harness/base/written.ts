import type * as z from 'zod'
import type { Immutable } from './immutable.ts'

/** Settings as authors write them: what a schema takes. Doc comments on the keys of the schema are what editors show. */
export type Written<Schema extends z.ZodType> = Immutable<z.input<Schema>>
