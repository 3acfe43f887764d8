/** The flags by which people say what a URL is asked, and the requests that they stand for. */
import { resolve } from 'node:path'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { lookUp, putAt } from '../../base/names.ts'
import { withoutGaps } from '../../base/without-gaps.ts'
import { readRegularTextSync } from '../../system/files.ts'
import type { UrlRequest, UrlSettings } from './url-scenario.ts'

/** The flags of a request; every field as it was typed. */
export interface RequestFlags {
  readonly method?: string
  /** `Name: value`; `env:NAME` in the value is taken from the environment. */
  readonly header?: readonly string[]
  /** Text, or `@` and the path of a file. */
  readonly body?: string
  /** `name=value` */
  readonly form?: readonly string[]
  /** `name:password`, `name:env:NAME` or `env:NAME`. */
  readonly user?: string
  readonly insecure?: boolean
  readonly cacert?: string
  readonly cert?: string
  readonly key?: string
  readonly sni?: string
  readonly http2?: boolean
  /** Durations with a unit. */
  readonly timeout?: string
  readonly connectTimeout?: string
  readonly connectTo?: string
  readonly unixSocket?: string
  readonly followRedirects?: number
}

/** The surroundings in which flags are read. */
export interface FlagPlace {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Requests that are alike but for their URL. */
export interface FlaggedRequests {
  readonly likeAll: Omit<UrlRequest, 'url'>
  readonly settings: UrlSettings
}

/** Headers whose values are secrets. */
const SECRET_HEADER = /auth|cookie|token|secret|key/i
const FROM_ENVIRONMENT = /\benv:([A-Za-z_]\w*)/g

/**
 * Reads the flags, and the files that they name. @param secrets takes, by name, what no record may show
 * @throws HarnessError USAGE
 */
export function readRequestFlags(
  flags: RequestFlags,
  place: FlagPlace,
  secrets: Record<string, string>,
): FlaggedRequests {
  const headers: Record<string, string> = {}
  for (const text of flags.header ?? []) {
    const [name, value] = headerOf(text)
    putAt(
      headers,
      name,
      SECRET_HEADER.test(name) ? hidden(name, value, place, secrets) : visible(value, place),
    )
  }
  if (flags.user !== undefined)
    headers['authorization'] = named('authorization', `Basic ${credentialsOf(flags.user, place)}`, secrets)
  const body = bodyOf(flags, place)
  if (body !== null && !hasHeader(headers, 'content-type'))
    headers['content-type'] = contentTypeOf(body, flags)
  return {
    likeAll: { method: (flags.method ?? (body === null ? 'GET' : 'POST')).toUpperCase(), headers, body },
    settings: settingsOf(flags, place),
  }
}

function headerOf(text: string): readonly [string, string] {
  const colon = text.indexOf(':')
  if (colon <= 0)
    throw wrong(`--header '${text}' has no name and value`, "Write it like --header 'Accept: text/plain'.")
  return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()]
}

/** Leaves what comes from the environment to the end of the run. */
function visible(value: string, { env }: FlagPlace): string {
  return value.replace(FROM_ENVIRONMENT, (_, name: string) => {
    required(name, env)
    return `{{secret.${name}}}`
  })
}

function hidden(name: string, value: string, place: FlagPlace, secrets: Record<string, string>): string {
  const filled = visible(value, place)
  return filled === value ? named(name, value, secrets) : filled
}

/** Keeps a value out of the scenario. */
function named(header: string, value: string, secrets: Record<string, string>): string {
  const usual = `HEADER_${header.toUpperCase().replace(/\W/g, '_')}`
  const isTaken = ![undefined, value].includes(lookUp(secrets, usual))
  const name = isTaken ? `${usual}_${Object.keys(secrets).length + 1}` : usual
  putAt(secrets, name, value)
  return `{{secret.${name}}}`
}

/** The base64 of `name:password`, as RFC 7617 has it. */
function credentialsOf(user: string, { env }: FlagPlace): string {
  const text = user.replace(
    /(^|:)env:(\w+)$/,
    (_, colon: string, name: string) => `${colon}${required(name, env)}`,
  )
  if (!text.includes(':'))
    throw wrong('--user has no password', 'Write --user name:password, or --user env:NAME.')
  return Buffer.from(text).toString('base64')
}

function required(name: string, env: FlagPlace['env']): string {
  const value = lookUp(env, name)
  if (value === undefined || value === '')
    throw wrong(`env:${name} is not set`, `Set ${name} in the environment of this command.`)
  return value
}

function bodyOf({ body, form }: RequestFlags, place: FlagPlace): string | null {
  if (body !== undefined && form !== undefined)
    throw wrong('--body and --form cannot be combined', 'A request has one body.')
  if (form !== undefined) return formOf(form)
  if (body === undefined) return null
  return body.startsWith('@') ? textOfFile(body.slice(1), place) : body
}

function formOf(fields: readonly string[]): string {
  const pairs = fields.map((field): [string, string] => {
    const equals = field.indexOf('=')
    if (equals <= 0)
      throw wrong(`--form '${field}' has no name and value`, "Write it like --form 'name=value'.")
    return [field.slice(0, equals), field.slice(equals + 1)]
  })
  return new URLSearchParams(pairs).toString()
}

/** Reads the text of a file that a flag names. @throws HarnessError USAGE */
export function textOfFile(path: string, { cwd }: Pick<FlagPlace, 'cwd'>): string {
  try {
    return readRegularTextSync(resolve(cwd, path))
  } catch (cause) {
    throw new HarnessError('USAGE', `the file ${path} cannot be read: ${messageOf(cause)}`, {
      cause,
      hint: 'Give the path of a text file, from this folder.',
    })
  }
}

function contentTypeOf(body: string, { form }: RequestFlags): string {
  if (form !== undefined) return 'application/x-www-form-urlencoded'
  return isJson(body) ? 'application/json' : 'text/plain; charset=utf-8'
}

function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function hasHeader(headers: Readonly<Record<string, string>>, name: string): boolean {
  return Object.keys(headers).some((key) => key.toLowerCase() === name)
}

function settingsOf(flags: RequestFlags, { cwd }: FlagPlace): UrlSettings {
  const { insecure, cacert, cert, key, sni, http2, timeout, connectTimeout, followRedirects } = flags
  const path = (file: string | undefined) => (file === undefined ? undefined : resolve(cwd, file))
  const { connectTo = flags.unixSocket === undefined ? undefined : `unix:${path(flags.unixSocket)}` } = flags
  return withoutGaps({
    tls: unlessEmpty(
      withoutGaps({
        verify: insecure === true ? false : undefined,
        ca: path(cacert),
        cert: path(cert),
        key: path(key),
        serverName: sni,
      }),
    ),
    version: http2 === true ? (2 as const) : undefined,
    connectTo,
    followRedirects,
    timeouts: unlessEmpty(withoutGaps({ connect: connectTimeout, total: timeout })),
  })
}

/** Settings of which nothing was said are left out. */
function unlessEmpty<T extends object>(settings: T): T | undefined {
  return Object.keys(settings).length === 0 ? undefined : settings
}

function wrong(problem: string, hint: string): HarnessError {
  return new HarnessError('USAGE', problem, { hint })
}
