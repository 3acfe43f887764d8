/** Lines of access logs: common and combined, with or without a virtual host before them, and JSON. */
import { wallMsOf } from '../../base/clock.ts'
import { isObject, type Json } from '../environments.ts'

export interface LoggedRequest {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly status: number
  /** Calendar time; null when it cannot be read. */
  readonly atMs: number | null
}

const COMMON = /\[(\d{1,2}\/[A-Za-z]{3}\/\d{4}:[\d:]{8}(?:\.\d+)? ?[+-]?\d{0,4})\]\s+"([^"]*)"\s+(\d{3})\b/
const REQUEST = /^([A-Z]+)\s+(\S+)(?:\s+HTTP\/[\d.]+)?$/
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec'
/** The names of fields in JSON lines of nginx, Apache, Caddy, Traefik, Envoy and those who write their own. */
const FIELDS = {
  request: ['request', 'requestLine', 'RequestLine', 'httpRequest'],
  method: ['method', 'request_method', 'RequestMethod', 'verb', 'http_method', 'requestMethod'],
  path: ['request_uri', 'uri', 'path', 'RequestPath', 'url', 'request_path', 'requestUrl', 'http_path'],
  query: ['query', 'args', 'query_string'],
  status: ['status', 'response', 'status_code', 'DownstreamStatus', 'response_code', 'statusCode', 'code'],
  time: [
    'time_iso8601',
    'time_local',
    '@timestamp',
    'timestamp',
    'StartUTC',
    'ts',
    'time',
    'msec',
    'start_time',
    'date',
  ],
} as const

/** Tells a line that can be read, cheaply. */
export function isLogLine(line: string): boolean {
  return readLogLine(line) !== null
}

/** Reads a line; null for one that is none of a log. */
export function readLogLine(line: string): LoggedRequest | null {
  return line.startsWith('{') ? readJson(line) : readCommon(line)
}

function readCommon(line: string): LoggedRequest | null {
  const [, time = '', request = '', status] = COMMON.exec(line) ?? []
  if (status === undefined) return null
  return requestOf(request, status, instantOf(time))
}

function requestOf(request: string, status: unknown, atMs: number | null): LoggedRequest | null {
  const [, method, target = ''] = REQUEST.exec(request.trim()) ?? []
  if (method === undefined) return null
  return { method, path: pathOf(target), status: Number(status) || 0, atMs }
}

/** A proxy logs whole URLs. */
function pathOf(target: string): string {
  const path = target.replace(/^[a-z]+:\/\/[^/]*/i, '').replace(/#.*$/s, '')
  return path.startsWith('/') ? path : `/${path}`
}

function readJson(line: string): LoggedRequest | null {
  let document: unknown
  try {
    document = JSON.parse(line)
  } catch {
    // A line that was cut, or none of JSON: it counts as none of the log.
    return null
  }
  if (!isObject(document)) return null
  const inner = isObject(document['request']) ? { ...document, ...document['request'] } : document
  const status = fieldOf(inner, 'status')
  const atMs = instantOf(fieldOf(inner, 'time'))
  const request = fieldOf(inner, 'request')
  if (typeof request === 'string' && REQUEST.test(request.trim())) return requestOf(request, status, atMs)
  const [method, path, query] = [fieldOf(inner, 'method'), fieldOf(inner, 'path'), fieldOf(inner, 'query')]
  if (typeof path !== 'string' || (typeof method !== 'string' && status === undefined)) return null
  const asked = typeof query === 'string' && query !== '' && !path.includes('?') ? `${path}?${query}` : path
  return requestOf(`${typeof method === 'string' ? method.toUpperCase() : 'GET'} ${asked}`, status, atMs)
}

function fieldOf(document: Json, field: keyof typeof FIELDS): unknown {
  const name = FIELDS[field].find((each) => Object.hasOwn(document, each) && !isObject(document[each]))
  return name === undefined ? undefined : document[name]
}

/** Calendar ms of `17/May/2015:08:05:32 +0000`, ISO 8601, or seconds or ms since 1970. */
function instantOf(time: unknown): number | null {
  if (typeof time === 'number' || (typeof time === 'string' && /^\d{9,}(?:\.\d+)?$/.test(time))) {
    const amount = Number(time)
    return amount > 1e11 ? amount : amount * 1000
  }
  if (typeof time !== 'string') return null
  const [, day, month = '', year, clock, zone = ''] =
    /^(\d{1,2})\/([A-Za-z]{3})\/(\d{4}):([\d:]{8}(?:\.\d+)?) ?([+-]\d{4})?$/.exec(time) ?? []
  if (day === undefined) return numberOrNull(wallMsOf(time))
  const at = MONTHS.indexOf(month) / 3 + 1
  const offset = zone === '' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(3)}`
  return numberOrNull(
    wallMsOf(`${year}-${String(at).padStart(2, '0')}-${day.padStart(2, '0')}T${clock}${offset}`),
  )
}

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
