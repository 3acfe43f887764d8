/** Schemas of records keyed by names, for input and stored data. */
import * as z from 'zod'

/**
 * Creates the schema of a record whose keys are names. `z.record` silently drops a key `__proto__`, so such a key passes through
 * it with one underscore more.
 * @param name the schema of a key
 */
export function recordOf<Value extends z.ZodType>(
  value: Value,
  name: z.ZodType<string, string> = z.string(),
): z.ZodType<Record<string, z.output<Value>>, Record<string, z.input<Value>>> {
  return withEveryKey(z.record(name, value)) as never
}

/** An object with some keys of its own and any others; a key `__proto__` is one of these, which `z.looseObject` leaves out as well. */
export function looseObjectOf<Shape extends z.ZodRawShape>(
  shape: Shape,
): z.ZodType<z.output<z.ZodObject<Shape, z.core.$loose>>, z.input<z.ZodObject<Shape, z.core.$loose>>> {
  return withEveryKey(z.looseObject(shape)) as never
}

function withEveryKey(schema: z.ZodType): z.ZodType {
  const rename = z.transform((input) => renamed(input, /^_*__proto__$/, (key) => `_${key}`))
  // A transform may be absent from an object, for all zod knows; what it leads to decides.
  rename._zod.optin = undefined
  return rename.pipe(schema).transform((record) => renamed(record, /^_+__proto__$/, (key) => key.slice(1)))
}

function renamed<T>(record: T, pattern: RegExp, rename: (key: string) => string): T {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return record
  if (!Object.keys(record).some((key) => pattern.test(key))) return record
  const entries = Object.entries(record)
  return Object.fromEntries(
    entries.map(([key, value]) => [pattern.test(key) ? rename(key) : key, value]),
  ) as T
}
