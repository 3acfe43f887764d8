/** Commands of curl, one after the other, as browsers copy them and manuals show them. */

import { HarnessError } from '../../base/errors.ts'
import { lookUp } from '../../base/names.ts'
import { readCurlCommand } from '../from-url/curl-command.ts'
import { readRequestFlags } from '../from-url/request-flags.ts'
import { shellWords } from '../from-url/shell-words.ts'
import { jsonOr } from './bodies.ts'
import type { ImportFormat } from './format.ts'
import { type ImportedRequest, importedOf, literal, requestOf } from './imported.ts'
import { isOwnHeader, placeOf } from './place.ts'
import type { ImportReport } from './report.ts'
import type { ImportSource } from './source.ts'

/** A variable of the shell, in the place of which a text without meaning to anybody stands while the command is read. */
const SHELL_VARIABLE = /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g
const MARK = /PROOFLOAD-VARIABLE-(\w+?)-END/g
/** Quotes and escapes of a shell, and what ends a command: a line, another command, a file that takes its output. */
const PART = /\\(?:\r\n|[\s\S])|'[^']*'|"(?:[^"\\]|\\[\s\S])*"|(?<end>[\n;|]|&&| >)/g
const CURL = /(?:^|[\n;&|(]\s*)(?:\$ +)?((?:[\w./-]*\/)?curl(?:\.exe)?\s)/g

export const curl: ImportFormat = {
  name: 'curl',
  title: 'curl commands',
  isLikely: ({ head }) => /^(?:#.*\n|\s)*(?:\$ +)?(?:[\w./-]*\/)?curl(?:\.exe)?\s/.test(head),
  read(source, report) {
    const commands = commandsIn(source.text)
    const steps = commands.flatMap(({ command, line }) => requestsOf(command, line, source, report))
    if (steps.length === 0)
      throw source.invalid(
        commands.length === 0
          ? 'holds no command of curl'
          : `holds no command of curl that can be sent: ${report.losses[0] ?? ''}`,
        'Write one command after the other: curl -X POST https://shop.example/orders -d "a=1"',
      )
    return importedOf('requests', { journeys: [{ name: 'requests', weight: 1, steps }] })
  },
}

interface Command {
  readonly command: string
  /** Its first line, from 1. */
  readonly line: number
}

/** Commands with their ends: a line, or more where one ends with a backslash or in the middle of a quote. */
function commandsIn(text: string): readonly Command[] {
  const commands: Command[] = []
  let readTo = 0
  for (const match of text.matchAll(CURL)) {
    const begin = match.index + match[0].length - (match[1]?.length ?? 0)
    if (begin < readTo || isInComment(text, begin)) continue
    readTo = endOfCommand(text, begin)
    commands.push({ command: text.slice(begin, readTo), line: text.slice(0, begin).split('\n').length })
  }
  return commands
}

function isInComment(text: string, at: number): boolean {
  return /^\s*#/.test(text.slice(text.lastIndexOf('\n', at) + 1, at))
}

function endOfCommand(text: string, begin: number): number {
  PART.lastIndex = begin
  for (let part = PART.exec(text); part !== null; part = PART.exec(text))
    if (part.groups?.['end'] !== undefined) return part.index
  return text.length
}

function requestsOf(
  command: string,
  line: number,
  source: ImportSource,
  report: ImportReport,
): readonly ImportedRequest[] {
  const place = { cwd: source.folder, env: {} }
  const marked = command.replace(
    SHELL_VARIABLE,
    (_, long?: string, short?: string) => `PROOFLOAD-VARIABLE-${long ?? short}-END`,
  )
  try {
    requireOwnFiles(marked)
    const { urls, flags } = readCurlCommand(marked, place)
    const secrets: Record<string, string> = {}
    const { likeAll, settings } = readRequestFlags(flags, place, secrets)
    for (const setting of Object.keys(settings).filter((key) => key !== 'followRedirects'))
      report.lost(`settings of a connection (${setting}): write them at the target`, `line ${line}`)
    if (likeAll.multipart !== undefined) report.lost('bodies of several parts', `line ${line}`)
    if (typeof likeAll.body === 'object' && likeAll.body !== null)
      report.lost('bodies from files that are no text', `line ${line}`)
    const unhidden = (text: string) =>
      text.replace(/\{\{secret\.([\w-]+)\}\}/g, (whole, name: string) => {
        const value = lookUp(secrets, name)
        return value === undefined ? whole : literal(value)
      })
    return urls.map((url) => {
      const { server, path } = placeOf(url)
      const headers = Object.entries(likeAll.headers).filter(([name]) => !isOwnHeader(name))
      const type = headers.find(([name]) => /^content-type$/i.test(name))?.[1] ?? ''
      const body = typeof likeAll.body === 'string' ? jsonOr(unhidden(likeAll.body), type) : null
      return marksToVariables(
        requestOf({
          method: likeAll.method,
          server: server?.includes('PROOFLOAD-VARIABLE') === true ? null : server,
          path: literal(path),
          headers: Object.fromEntries(
            headers
              .filter(([name]) => !/^content-type$/i.test(name) || (body !== null && 'body' in body))
              .map(([name, value]) => [name.toLowerCase(), unhidden(value)]),
          ),
          body,
          followRedirects: settings.followRedirects ?? 0,
        }),
        report,
      )
    })
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error
    if (/^the file .* cannot be read/.test(error.message))
      report.lost('bodies from files that are not there', `line ${line}`)
    else
      report.lost(
        error.message.replace('the command of --curl cannot be sent', 'commands that cannot be sent'),
        `line ${line}`,
      )
    return []
  }
}

/** A list of commands that somebody else wrote must not read what lies elsewhere. @throws HarnessError USAGE */
function requireOwnFiles(command: string): void {
  const outside = shellWords(command).find(
    (word) => /@(?:\/|~|[^@]*\.\.\/)/.test(word) && !/^[a-z]+:\/\//i.test(word),
  )
  if (outside !== undefined)
    throw new HarnessError('USAGE', 'a body from a file that does not lie beside the commands')
}

/** Variables of a shell come from the environment, as secrets do. */
function marksToVariables(request: ImportedRequest, report: ImportReport): ImportedRequest {
  const text = JSON.stringify(request).replace(MARK, (_, name: string) => {
    report.secret(name, 'a variable of the shell')
    return `{{secret.${name}}}`
  })
  return JSON.parse(text) as ImportedRequest
}
