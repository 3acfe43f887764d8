import { z } from 'zod'
import { recordOf } from '../base/record-of.ts'
import type { Expectation } from '../ports/expectation.ts'

const schema = recordOf(z.string()).describe('Header -> text that its value must contain')

/** Checks headers of the answer. */
export const header: Expectation = {
  name: 'header',
  errorKind: 'expectation',
  schema,
  needsAnswer: true,
  compile(value) {
    const wanted = Object.entries(schema.parse(value))
    return (exchange) => {
      for (const [name, text] of wanted) {
        const found = exchange.header?.(name.toLowerCase())
        if (found === undefined || !found.includes(text))
          return `header ${name} is ${JSON.stringify(found ?? null)}, expected ${JSON.stringify(text)}`
      }
      return null
    }
  },
}
