/** Texts that an expectation looks for: those of steps may hold `{{variables}}`. */
import { parseJson } from '../base/parse-json.ts'
import { encodeAsJsonValue, type MakeTemplate, type VariableLookup } from '../base/template.ts'

/** A text that is wanted, for the agent at hand. @throws UnsetVariable */
export type WantedText = (variables: VariableLookup) => string

/** Compiles a wanted text; constant where it has no variables. */
export function compileWanted(text: string, make: MakeTemplate): WantedText {
  const template = make(text)
  const { constant } = template
  return constant === null ? (variables) => template.render(variables) : () => constant
}

/** Compiles a pattern; values of variables in it stand for themselves. @throws SyntaxError */
export function compileWantedPattern(
  pattern: string,
  make: MakeTemplate,
): (variables: VariableLookup) => RegExp {
  const template = make(pattern, escapePattern)
  if (template.constant === null) return (variables) => new RegExp(template.render(variables))
  const constant = new RegExp(template.constant)
  return () => constant
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}

/** A variable that is wanted in its own type. */
const TYPED = /^\{\{=[^{}]+\}\}$/

/** Code means such a text as it is. */
function compileTyped(text: string, make: MakeTemplate): (variables: VariableLookup) => unknown {
  const template = make(text, encodeAsJsonValue)
  if (template.constant !== null) return () => text
  return (variables) => parseJson(template.render(variables))
}

/** Compiles the texts in a JSON value. @throws UnsetVariable when it is asked for a value whose variable is not set */
export function compileWantedJson(
  value: unknown,
  make: MakeTemplate,
): (variables: VariableLookup) => unknown {
  if (typeof value === 'string')
    return TYPED.test(value) ? compileTyped(value, make) : compileWanted(value, make)
  if (typeof value !== 'object' || value === null) return () => value
  if (Array.isArray(value)) {
    const entries = value.map((entry) => compileWantedJson(entry, make))
    return (variables) => entries.map((entry) => entry(variables))
  }
  const entries = Object.entries(value).map(([key, entry]) => [key, compileWantedJson(entry, make)] as const)
  return (variables) => Object.fromEntries(entries.map(([key, entry]) => [key, entry(variables)]))
}
