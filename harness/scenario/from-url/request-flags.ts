/** The flags by which people say what a URL is asked, and the requests that they stand for. */
import { resolve } from 'node:path'
import { HarnessError } from '../../base/errors.ts'
import { lookUp, putAt } from '../../base/names.ts'
import { withoutGaps } from '../../base/without-gaps.ts'
import { bodyOf, contentTypeOf, multipartOf } from './body-flags.ts'
import type { FlagPlace, RequestFlags } from './flags.ts'
import type { UrlRequest, UrlSettings } from './url-scenario.ts'

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
  if (flags.keepalive === false) closeEach(headers, flags)
  const multipart = multipartOf(flags)
  const body = multipart === null ? bodyOf(flags, place) : null
  if (typeof body === 'string' && !hasHeader(headers, 'content-type'))
    headers['content-type'] = contentTypeOf(body, flags)
  const hasBody = body !== null || multipart !== null
  return {
    likeAll: {
      method: (flags.method ?? (hasBody ? 'POST' : 'GET')).toUpperCase(),
      headers,
      body,
      ...(multipart === null ? {} : { multipart }),
    },
    settings: settingsOf(flags, place),
  }
}

/** A server that is asked to closes the connection after its answer. */
function closeEach(headers: Record<string, string>, { http2 }: RequestFlags): void {
  if (http2 === true)
    throw wrong('--no-keepalive is not for HTTP/2', 'HTTP/2 keeps its connection: leave one of the two out.')
  if (!hasHeader(headers, 'connection')) headers['connection'] = 'close'
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

function hasHeader(headers: Readonly<Record<string, string>>, name: string): boolean {
  return Object.keys(headers).some((key) => key.toLowerCase() === name)
}

function settingsOf(flags: RequestFlags, { cwd }: FlagPlace): UrlSettings {
  const { insecure, cacert, cert, key, sni, http2, timeout, connectTimeout, followRedirects } = flags
  const path = (file: string | undefined) => (file === undefined ? undefined : resolve(cwd, file))
  const places = [flags.connectTo, socketOf(flags.unixSocket, path), resolvedOf(flags.resolve)]
  const [connectTo, ...others] = places.filter((each) => each !== undefined)
  if (others.length > 0)
    throw wrong('--connect-to, --unix-socket and --resolve name one place', 'Leave all but one of them out.')
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

function socketOf(file: string | undefined, path: (file: string) => string | undefined): string | undefined {
  return file === undefined ? undefined : `unix:${path(file)}`
}

/** The place of `host:port:address`, as curl has it. */
function resolvedOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const [, port, address] = /^\+?[^:]+:(\d+):(.+)$/.exec(text) ?? []
  if (address === undefined)
    throw wrong(
      `--resolve ${text} is not host:port:address`,
      'Write it like --resolve shop.example:443:127.0.0.1.',
    )
  return `${address}:${port}`
}

/** Settings of which nothing was said are left out. */
function unlessEmpty<T extends object>(settings: T): T | undefined {
  return Object.keys(settings).length === 0 ? undefined : settings
}

function wrong(problem: string, hint: string): HarnessError {
  return new HarnessError('USAGE', problem, { hint })
}
