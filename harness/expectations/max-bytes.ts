import * as z from 'zod'
import type { Expectation } from '../ports/expectation.ts'

const schema = z.number().int().positive().describe('Maximum size of the answer in bytes, head included')

/** Checks the size of the answer. */
export const maxBytes: Expectation = {
  name: 'maxBytes',
  errorKind: 'expectation',
  schema,
  needsAnswer: false,
  compile(value) {
    const bound = schema.parse(value)
    return (exchange) =>
      exchange.bytesReceived <= bound ? null : `${exchange.bytesReceived} bytes, expected at most ${bound}`
  },
}
