/**
 * Text from outside in GitHub's and GitLab's Markdown. A word that holds anything which either could read as markup (an
 * emphasis, a tag, a link, a mention, a reference) is shown as code, where nothing is read as anything.
 */
import { lookUp } from '../base/names.ts'
import { visible } from '../base/visible.ts'

const PLAIN = /^[\p{L}\p{M}\p{N}.,;:?'"()%/+=-]+$/u
/** Plain characters that become a link, a reference or an emoji all the same. */
const LINKED = /:\/\/|www\.|\bGH-\d|%["\p{L}\p{N}]|:[\w+-]+:/iu
const OPERATORS: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '<=': '&lt;=',
  '>': '&gt;',
  '>=': '&gt;=',
}

/** Prose: what could be markup stands as code. Cut to `charsMax` characters. */
export function proseMarkdown(text: string, charsMax = Number.POSITIVE_INFINITY): string {
  return clipped(visible(text), charsMax)
    .split(' ')
    .map((word) => lookUp(OPERATORS, word) ?? (word === '' || isPlain(word) ? word : codeSpan(word)))
    .join(' ')
}

/** A name, as code; one space when it is empty. Cut to `charsMax` characters. */
export function codeMarkdown(text: string, charsMax = Number.POSITIVE_INFINITY): string {
  return codeSpan(clipped(visible(text), charsMax))
}

/** A link whose text is its address; code when it is no web address. */
export function linkMarkdown(text: string, charsMax: number): string {
  const isPlainAddress = /^https?:\/\/[\w.~:/?#[\]@!$&'()*+,;=%-]+$/.test(text) && text.length <= charsMax
  return isPlainAddress ? `<${text}>` : codeMarkdown(text, charsMax)
}

/** One row of a table; its cells are Markdown already. */
export function rowMarkdown(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function isPlain(word: string): boolean {
  return PLAIN.test(word) && !LINKED.test(word)
}

/** Between more backticks than the text has in a row. */
function codeSpan(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const padding = /^`|`$|^ .* $|^ *$/.test(text) ? ' ' : ''
  return `${fence}${padding}${text}${padding}${fence}`
}

function clipped(text: string, charsMax: number): string {
  // Not in the middle of a character of two units.
  return text.length <= charsMax ? text : `${text.slice(0, charsMax - 1).replace(/[\ud800-\udbff]$/, '')}…`
}
