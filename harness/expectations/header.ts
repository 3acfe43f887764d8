import * as z from 'zod'
import { recordOf } from '../base/record-of.ts'
import type { Expectation } from '../ports/expectation.ts'
import { compileWanted } from './wanted-text.ts'

const schema = recordOf(z.string()).describe('Header -> text that its value must contain')

/** Checks headers of the answer. */
export const header: Expectation = {
  name: 'header',
  errorKind: 'expectation',
  schema,
  needsAnswer: true,
  compile(value, { template: make }) {
    const headers = Object.entries(schema.parse(value)).map(([name, text]) => ({
      name,
      text: compileWanted(text, make),
    }))
    return (exchange) => {
      for (const { name, text } of headers) {
        const found = exchange.header?.(name.toLowerCase())
        const wanted = text(exchange.variables)
        if (found === undefined || !found.includes(wanted))
          return `header ${name} is ${JSON.stringify(found ?? null)}, expected ${JSON.stringify(wanted)}`
      }
      return null
    }
  },
  refresh(value, exchange) {
    const found = Object.keys(schema.parse(value)).map(
      (name) => [name, exchange.header?.(name.toLowerCase())] as const,
    )
    return found.some(([, text]) => text === undefined) ? undefined : Object.fromEntries(found)
  },
}
