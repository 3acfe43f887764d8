import * as z from 'zod'
import type { StatusLanguage } from '../ports/target-plugin.ts'

/** The names of the statuses of a protocol; 0 is the good one. */
export interface StatusNames {
  /** A name, for messages. */
  readonly example: string
  /** Meaning of `expect: { status }`, for people. */
  readonly describe: string
  /** Null for what is no name of a status. */
  readonly numberOf: (name: string) => number | null
  readonly nameOf: (status: number) => string
}

/** Creates the language of statuses that people write by name, or several of them: `OK`, `['OK', 'WRONGTYPE']`. */
export function namedStatus({ example, describe, numberOf, nameOf }: StatusNames): StatusLanguage {
  const name = z
    .union([z.string(), z.number().int().nonnegative().transform(String)])
    .refine((text) => numberOf(text) !== null, `a status such as OK or ${example}`)
  const expected = z.union([name, z.array(name).min(1)]).describe(describe)
  return {
    expected,
    isGood: (status) => status === 0,
    compile(value) {
      const wanted = new Set([expected.parse(value)].flat().map(numberOf))
      return (status) => wanted.has(status)
    },
    nameOf,
  }
}
