/** Variables in double braces, as Artillery, Postman and Insomnia write them, in the words of a scenario. */
import { literal, mapTexts } from './imported.ts'

const VARIABLE = /\{\{\{?\s*([^{}]+?)\s*\}?\}\}/g

/** Returns the text that stands for a variable here: a reference, or its value. */
export type Lookup = (name: string) => string

/** Replaces the variables of a text; other braces mean nothing. */
export function translated(text: string, lookup: Lookup): string {
  let from = 0
  let made = ''
  for (const match of text.matchAll(VARIABLE)) {
    made += literal(text.slice(from, match.index)) + lookup(match[1] as string)
    from = match.index + match[0].length
  }
  return made + literal(text.slice(from))
}

/** Replaces the variables in all texts of a value, keys included. */
export function translatedJson(value: unknown, lookup: Lookup): unknown {
  return mapTexts(value, (text) => translated(text, lookup))
}
