import { HarnessError } from '../base/errors.ts'
import { parseJsonNumbers, textOfJson } from '../base/json-numbers.ts'
import type { Exchange } from '../ports/target.ts'
import { textOfAnswer } from './answer-text.ts'
import { compileJsonPath } from './json-path.ts'

/** Extracts one value from an answer; undefined when it is not there. */
export type Extraction = (exchange: Exchange) => string | undefined

const SOURCES = 'json:path.to[0].value, header:name or regex:(group)'

/** Compiles `json:cart.id`, `header:location` or `regex:id=(\d+)`. @throws HarnessError SCENARIO_INVALID, SyntaxError */
export function compileExtraction(source: string): Extraction {
  const colon = source.indexOf(':')
  const rest = source.slice(colon + 1)
  switch (source.slice(0, colon)) {
    case 'json':
      return extractJson(rest)
    case 'header':
      return (exchange) => exchange.header?.(rest.toLowerCase())
    case 'regex':
      return extractMatch(rest)
    default:
      throw new HarnessError('SCENARIO_INVALID', `'${source}' does not name a source of the value`, {
        hint: `Write ${SOURCES}.`,
      })
  }
}

function extractJson(path: string): Extraction {
  const find = compileJsonPath(path)
  return (exchange) => {
    const value = find(parsed(textOfAnswer(exchange)))
    return value === undefined || value === null ? undefined : textOfJson(value)
  }
}

/** The first group of the pattern, where it has one; else the whole match. */
function extractMatch(text: string): Extraction {
  const pattern = new RegExp(text)
  const hasGroup = (new RegExp(`${text}|`).exec('')?.length ?? 1) > 1
  return (exchange) => pattern.exec(textOfAnswer(exchange))?.[hasGroup ? 1 : 0]
}

function parsed(text: string): unknown {
  try {
    return parseJsonNumbers(text)
  } catch {
    // Not JSON: there is no value at any path.
    return undefined
  }
}
