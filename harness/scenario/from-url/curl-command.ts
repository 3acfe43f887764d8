/** A command of curl, as browsers and manuals give it, taken apart to URLs and flags. */
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { HarnessError } from '../../base/errors.ts'
import { withoutGaps } from '../../base/without-gaps.ts'
import { textOfFile } from './flag-files.ts'
import type { FlagPlace, RequestFlags } from './flags.ts'
import { shellWords } from './shell-words.ts'

/** The URLs of a command, and what it says of them. */
export interface CurlCommand {
  readonly urls: readonly string[]
  readonly flags: RequestFlags
}

type Options = NonNullable<ParseArgsConfig['options']>

const text = { type: 'string' } as const
const texts = { type: 'string', multiple: true } as const
const yes = { type: 'boolean' } as const

/** Options that change the request. */
const MEANT = {
  request: { ...text, short: 'X' },
  header: { ...texts, short: 'H' },
  data: { ...texts, short: 'd' },
  'data-ascii': texts,
  'data-raw': texts,
  'data-binary': texts,
  'data-urlencode': texts,
  json: texts,
  user: { ...text, short: 'u' },
  'user-agent': { ...text, short: 'A' },
  referer: { ...text, short: 'e' },
  cookie: { ...text, short: 'b' },
  url: texts,
  get: { ...yes, short: 'G' },
  head: { ...yes, short: 'I' },
  location: { ...yes, short: 'L' },
  'max-redirs': text,
  compressed: yes,
  insecure: { ...yes, short: 'k' },
  cacert: text,
  cert: { ...text, short: 'E' },
  key: text,
  http2: yes,
  'http2-prior-knowledge': yes,
  'max-time': { ...text, short: 'm' },
  'connect-timeout': text,
  'connect-to': text,
  resolve: text,
  'unix-socket': text,
} as const satisfies Options

/** Options about curl itself, which change no request. */
const UNMEANT = {
  silent: { ...yes, short: 's' },
  'show-error': { ...yes, short: 'S' },
  verbose: { ...yes, short: 'v' },
  include: { ...yes, short: 'i' },
  fail: { ...yes, short: 'f' },
  'fail-with-body': yes,
  output: { ...text, short: 'o' },
  'write-out': { ...text, short: 'w' },
  'no-buffer': { ...yes, short: 'N' },
  'progress-bar': { ...yes, short: '#' },
  globoff: { ...yes, short: 'g' },
  'http1.1': yes,
  'path-as-is': yes,
  retry: text,
} as const satisfies Options

const REDIRECTS_OF_CURL = 20

/** @throws HarnessError USAGE for what is no command of curl, or asks for what cannot be sent */
export function readCurlCommand(command: string, place: FlagPlace): CurlCommand {
  const [program, ...args] = shellWords(command)
  if (program === undefined || !/(^|\/)curl(\.exe)?$/.test(program))
    throw refused(`it begins with ${program ?? 'nothing'}`)
  const { values, positionals } = parsed(args)
  const urls = [...positionals, ...(values.url ?? [])].map((url) =>
    /^[a-z]+:\/\//i.test(url) ? url : `http://${url}`,
  )
  if (urls.length === 0) throw refused('it names no URL')
  const body = bodyOf(values, place)
  const isQuery = values.get === true
  return {
    urls:
      isQuery && body !== null ? urls.map((url) => `${url}${url.includes('?') ? '&' : '?'}${body}`) : urls,
    flags: withoutGaps({
      method: values.request ?? (values.head === true ? 'HEAD' : undefined),
      header: headersOf(values, body !== null && !isQuery),
      body: isQuery ? undefined : (body ?? undefined),
      user: values.user,
      insecure: values.insecure,
      cacert: values.cacert,
      cert: values.cert,
      key: values.key,
      http2: values.http2 ?? values['http2-prior-knowledge'],
      timeout: seconds(values['max-time']),
      connectTimeout: seconds(values['connect-timeout']),
      connectTo: connectToOf(values),
      resolve: values.resolve,
      unixSocket: values['unix-socket'],
      followRedirects:
        values.location === true
          ? Math.min(REDIRECTS_OF_CURL, Number(values['max-redirs'] ?? REDIRECTS_OF_CURL))
          : undefined,
    }),
  }
}

function parsed(args: string[]) {
  try {
    return parseArgs({ args, options: { ...MEANT, ...UNMEANT }, allowPositionals: true })
  } catch (cause) {
    const [, option] = /'(-[^' ]+)/.exec(cause instanceof Error ? cause.message : '') ?? []
    throw refused(option === undefined ? 'its options are not in order' : `${option} is not supported`, cause)
  }
}

type Values = ReturnType<typeof parsed>['values']

/** The data, joined as curl joins it. */
function bodyOf(values: Values, place: FlagPlace): string | null {
  const { json } = values
  if (json !== undefined) return json.map((part) => fileOr(part, place)).join('')
  const parts = [
    ...[...(values.data ?? []), ...(values['data-ascii'] ?? [])].map((part) =>
      part.startsWith('@') ? fileOr(part, place).replace(/[\r\n]/g, '') : part,
    ),
    ...(values['data-raw'] ?? []),
    ...(values['data-binary'] ?? []).map((part) => fileOr(part, place)),
    ...(values['data-urlencode'] ?? []).map((part) => encoded(part, place)),
  ]
  return parts.length === 0 ? null : parts.join('&')
}

function fileOr(part: string, place: FlagPlace): string {
  return part.startsWith('@') ? textOfFile(part.slice(1), place) : part
}

/** `content`, `=content`, `name=content`, `@file` or `name@file`: the content is encoded, the name is not. */
function encoded(part: string, place: FlagPlace): string {
  const [, name = '', sign = '', rest = ''] = /^([^=@]*)([=@]?)([\s\S]*)$/.exec(part) ?? []
  if (sign === '') return encodeURIComponent(name)
  const content = encodeURIComponent(sign === '@' ? textOfFile(rest, place) : rest)
  return name === '' ? content : `${name}=${content}`
}

function headersOf(values: Values, hasBody: boolean): string[] {
  const given = (values.header ?? []).flatMap(headerOf)
  const said = new Set(given.map((header) => header.slice(0, header.indexOf(':')).toLowerCase()))
  const isJson = values.json !== undefined
  const contentType = isJson ? 'application/json' : 'application/x-www-form-urlencoded'
  const more: Readonly<Record<string, string | undefined>> = {
    'user-agent': values['user-agent'],
    referer: values.referer,
    cookie: values.cookie,
    'accept-encoding': values.compressed === true ? 'gzip, deflate, br' : undefined,
    accept: isJson ? 'application/json' : undefined,
    'content-type': hasBody ? contentType : undefined,
  }
  const added = Object.entries(more).flatMap(([name, value]) =>
    value === undefined || said.has(name) ? [] : [`${name}: ${value}`],
  )
  return [...given, ...added]
}

/** `Name;` is a header without a value, `Name:` takes one away that curl would send. */
function headerOf(header: string): readonly string[] {
  if (/^[^:]+;$/.test(header)) return [header.replace(/;$/, ':')]
  return /:\s*$/.test(header) ? [] : [header]
}

/** `host:port:address:port` of --connect-to. */
function connectToOf(values: Values): string | undefined {
  const [, to] = /^[^:]*:\d*:(.+:\d+)$/.exec(values['connect-to'] ?? '') ?? []
  return to
}

/** Seconds of curl, which may have a fraction. */
function seconds(text: string | undefined): string | undefined {
  return text === undefined ? undefined : `${text}s`
}

function refused(problem: string, cause?: unknown): HarnessError {
  return new HarnessError('USAGE', `the command of --curl cannot be sent: ${problem}`, {
    cause,
    hint: 'Give a command of curl that sends a request over http or https, or say the request with --method, --header and --body.',
  })
}
