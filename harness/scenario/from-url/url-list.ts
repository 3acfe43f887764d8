/**
 * A list of requests: `URL`, or `METHOD URL`, or either with ` @file` for its body; lines below it may be headers (`Name: value`) and `@file`, as
 * vegeta has them. Empty lines and lines that begin with # are passed over.
 */
import { HarnessError } from '../../base/errors.ts'
import { TOKEN } from '../../targets/http/schema.ts'

/** One request of a list. */
export interface ListedUrl {
  readonly url: string
  readonly method: string | null
  readonly headers: readonly string[]
  /** Path of the file that holds the body. */
  readonly bodyFile: string | null
}

const REQUEST = /^(?:([A-Z]+)\s+)?(https?:\/\/\S+)(?:\s+@(\S+))?$/

/** Reads a list. @param file its name, for people @throws HarnessError USAGE with the line that is none of these */
export function readUrlList(text: string, file: string): readonly ListedUrl[] {
  const listed: ListedUrl[] = []
  for (const [i, line] of text.split(/\r?\n/).entries())
    if (!isTaken(line.trim(), listed))
      throw new HarnessError('USAGE', `${file}:${i + 1} is no request: ${line.trim()}`, {
        hint: 'Write one request a line: http://127.0.0.1:8080/, or POST http://127.0.0.1:8080/orders @order.json.',
      })
  if (listed.length === 0)
    throw new HarnessError('USAGE', `${file} holds no request`, {
      hint: 'Write one request a line, for example http://127.0.0.1:8080/.',
    })
  return listed
}

/** Adds a line to the requests, unless it is none of theirs. */
function isTaken(line: string, listed: ListedUrl[]): boolean {
  if (line === '' || line.startsWith('#')) return true
  const [, method = null, url, bodyFile = null] = REQUEST.exec(line) ?? []
  const last = listed.at(-1)
  if (url !== undefined) listed.push({ url, method, headers: [], bodyFile })
  else if (last !== undefined && line.startsWith('@'))
    listed[listed.length - 1] = { ...last, bodyFile: line.slice(1) }
  else if (last !== undefined && isHeader(line))
    listed[listed.length - 1] = { ...last, headers: [...last.headers, line] }
  else return false
  return true
}

function isHeader(line: string): boolean {
  const [name = '', value] = line.split(':')
  return value !== undefined && TOKEN.test(name)
}
