import { HarnessError } from '../base/errors.ts'
import type { Exchange } from '../ports/target.ts'
import { valueAtPath } from './json-path.ts'

/** Extracts one value from an answer; undefined when it is not there. */
export type Extraction = (exchange: Exchange) => string | undefined

const SOURCES = 'json:path.to[0].value, header:name or regex:(group)'

/** Compiles `json:cart.id`, `header:location` or `regex:id=(\d+)`. @throws HarnessError SCENARIO_INVALID */
export function compileExtraction(source: string): Extraction {
  const colon = source.indexOf(':')
  const rest = source.slice(colon + 1)
  switch (source.slice(0, colon)) {
    case 'json':
      return (exchange) => textOf(valueAtPath(parsed(exchange), rest))
    case 'header':
      return (exchange) => exchange.header?.(rest.toLowerCase())
    case 'regex': {
      const pattern = new RegExp(rest)
      return (exchange) => {
        const match = pattern.exec(exchange.body?.toString('utf8') ?? '')
        return match?.[1] ?? match?.[0]
      }
    }
    default:
      throw new HarnessError('SCENARIO_INVALID', `'${source}' does not name a source of the value`, {
        hint: `Write ${SOURCES}.`,
      })
  }
}

function parsed(exchange: Exchange): unknown {
  try {
    return JSON.parse(exchange.body?.toString('utf8') ?? '')
  } catch {
    // Not JSON: there is no value at any path.
    return undefined
  }
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  return typeof value === 'string' ? value : JSON.stringify(value)
}
