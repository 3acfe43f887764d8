/** Bodies of requests, as forms, JSON or text. */
import { isNumberText, parseJsonNumbers } from '../../base/json-numbers.ts'
import { type ImportedBody, literal, literalJson } from './imported.ts'

/** A form; one with a field twice stays text, for a map holds each name once. */
export function formOf(fields: readonly (readonly [string, string])[], text?: string): ImportedBody {
  const isMap = new Set(fields.map(([name]) => name)).size === fields.length
  if (!isMap)
    return {
      body: literal(
        text ??
          new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value])).toString(),
      ),
    }
  return { form: Object.fromEntries(fields.map(([name, value]) => [literal(name), literal(value)])) }
}

/** A JSON body whose numbers stay as they were, or text. */
export function jsonOr(text: string, mimeType: string): ImportedBody {
  if (/json/i.test(mimeType) || (mimeType === '' && /^\s*[[{]/.test(text)))
    try {
      const value = parseJsonNumbers(text)
      if (!holdsNumberText(value)) return { json: literalJson(value) }
    } catch {
      // Called JSON, and none: sent as it was.
    }
  return { body: literal(text) }
}

/** Tells a value with a number that would be sent as another one. */
function holdsNumberText(value: unknown): boolean {
  if (isNumberText(value)) return true
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsNumberText)
}
