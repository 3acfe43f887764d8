import * as z from 'zod'
import { messageOf } from '../base/errors.ts'
import { parseJson } from '../base/parse-json.ts'
import type { Expectation } from '../ports/expectation.ts'
import { textOfAnswer } from './answer-text.ts'

const schema = z.literal(true).describe('The answer is one of GraphQL, without errors')

const answer = z.object({
  errors: z.array(z.looseObject({ message: z.string().default('an error without a message') })).nullish(),
  data: z.unknown().optional(),
})

/** Checks that GraphQL reports no error: it does so in an answer with status 200. */
export const graphql: Expectation = {
  name: 'graphql',
  errorKind: 'expectation',
  schema,
  needsAnswer: true,
  compile: () => (exchange) => {
    const read = readAnswer(textOfAnswer(exchange))
    if (typeof read === 'string') return read
    const [first] = read.errors ?? []
    if (first !== undefined) return first.message
    return read.data === undefined ? 'no GraphQL answer: neither data nor errors' : null
  },
}

/** The answer, or what it is instead, for people. */
function readAnswer(text: string): z.output<typeof answer> | string {
  try {
    const read = answer.safeParse(parseJson(text))
    return read.success ? read.data : 'no GraphQL answer: neither data nor errors'
  } catch (thrown) {
    return `no GraphQL answer: ${messageOf(thrown)}`
  }
}
