import * as z from 'zod'
import type { Expectation } from '../ports/expectation.ts'

const entry = z.union([z.number(), z.string()])

/** Numbers or words of the target's protocol, whose `StatusLanguage` checks them. */
const schema = z
  .union([entry, z.array(entry).min(1)])
  .describe(
    "Status the answer must have, in the words of the target's protocol: 200, [200, 201] or 2xx for http",
  )

/** The status of the answer. */
export const status: Expectation = {
  name: 'status',
  errorKind: 'status',
  schema,
  needsAnswer: false,
  compile(value, { status: language }) {
    const isExpected = language.compile(value)
    const wanted = [schema.parse(value)].flat().join(' or ')
    return ({ status: answered }) =>
      isExpected(answered) ? null : `${language.nameOf(answered)}, expected ${wanted}`
  },
  refresh: (_value, { status: answered }, { status: language }) =>
    [answered, language.nameOf(answered)].find((named) => language.expected.safeParse(named).success),
}
