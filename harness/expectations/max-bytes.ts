import { z } from 'zod'
import type { Expectation } from '../ports/expectation.ts'

const schema = z.number().int().positive().describe('Most bytes the answer may have, head included')

/** The size of the answer. */
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
