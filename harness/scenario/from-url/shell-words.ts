/** The words of a command line, as a POSIX shell takes them apart, with `$'...'` of bash, in which browsers copy requests. */
import { HarnessError } from '../../base/errors.ts'

const PART =
  /(?<space>(?:\s|\\\r?\n)+)|\$'(?<ansi>(?:[^'\\]|\\[\s\S])*)'|"(?<double>(?:[^"\\]|\\[\s\S])*)"|'(?<single>[^']*)'|\\(?<escaped>[\s\S])|(?<bare>[^\s"'\\]+?(?=\$'|[\s"'\\]|$))|(?<open>["'])/g
/** Unquoted, these would start another command, or read from somewhere else. */
const SHELL_ONLY = /[|&;<>()`]|\$[\w({]/

/** @throws HarnessError USAGE where only a shell would understand it, or a quote is left open */
export function shellWords(text: string): string[] {
  const words: string[] = []
  let isNewWord = true
  for (const { groups: { space, ansi, double, single, escaped, bare, open } = {} } of text.matchAll(PART)) {
    if (open !== undefined) throw refused(`a quote ${open} is never closed`)
    if (SHELL_ONLY.test(bare ?? '')) throw refused(`${bare} is for a shell`)
    if (space !== undefined) {
      isNewWord = true
      continue
    }
    const part =
      single ?? escaped ?? bare ?? (ansi === undefined ? inDoubleQuotes(double ?? '') : inAnsiQuotes(ansi))
    words.push(isNewWord ? part : `${words.pop()}${part}`)
    isNewWord = false
  }
  return words
}

function refused(problem: string): HarnessError {
  return new HarnessError('USAGE', `the command of --curl cannot be taken apart: ${problem}`, {
    hint: 'Give one command of curl, with its own quotes: --curl "curl -X POST http://127.0.0.1:8080/ -d \'a=1\'"',
  })
}

function inDoubleQuotes(text: string): string {
  return text.replace(/\\(\r?\n|["\\$`])/g, (_, escaped: string) => (escaped.endsWith('\n') ? '' : escaped))
}

const ANSI_ESCAPES = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['b', '\b'],
  ['f', '\f'],
  ['v', '\v'],
  ['a', '\u0007'],
  ['e', '\u001b'],
])

function inAnsiQuotes(text: string): string {
  return text.replace(
    /\\(?:x([\da-fA-F]{1,2})|u([\da-fA-F]{1,4})|U([\da-fA-F]{1,8})|([0-7]{1,3})|([\s\S]))/g,
    (_, ...[byte, short, long, octal, other]: (string | undefined)[]) => {
      const hex = byte ?? short ?? long
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8))
      return ANSI_ESCAPES.get(other ?? '') ?? other ?? ''
    },
  )
}
