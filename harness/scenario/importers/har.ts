/** HAR: what a browser, a proxy or `proofload record` kept of a visit. */
import { wallMsOf } from '../../base/clock.ts'
import { isObject } from '../environments.ts'
import { formOf, jsonOr } from './bodies.ts'
import { correlate, type RecordedStep } from './correlate.ts'
import type { ImportFormat } from './format.ts'
import { type Entry, entrySchema } from './har-entry.ts'
import { type ImportedBody, importedOf, literal, requestOf } from './imported.ts'
import { isHeaderName, isOwnHeader, placeOf, siteOf } from './place.ts'
import type { ImportReport } from './report.ts'
import type { ImportSource } from './source.ts'
import { kindOfStaticFile } from './static-files.ts'

/** Pauses below are the client's own work; longer ones than the second are of somebody who went away. */
const THINK_MS_MIN = 500
const THINK_MS_MAX = 60_000
/** Pauses of people differ: written as a range around the one that was recorded. */
const THINK_SPREAD = 0.25

export const har: ImportFormat = {
  name: 'har',
  title: 'HAR',
  isLikely: (source) =>
    source.looksLikeJson &&
    /"log"\s*:/.test(source.head) &&
    isObject(source.json()) &&
    isObject(logOf(source)),
  read(source, report) {
    const entries = entriesOf(source, report)
    const [first] = entries
    if (first === undefined)
      throw source.invalid('holds no request', 'Record it again, with the network panel open from the start.')
    const site = siteOf(serverOf(first))
    const kept = withoutRedirected(entries.filter((entry) => isKept(entry, site, report)))
    if (kept.length === 0)
      throw source.invalid(
        `holds no request to ${site} that is not a static file`,
        'Record a visit that asks the service for something.',
      )
    const { steps, found } = correlate(withPauses(kept, report))
    for (const { variable } of found) report.note(`{{${variable}}} is taken from an answer; see extract`)
    return importedOf(/^[\d.]+$|^localhost$|^\[/.test(site) ? 'visit' : site, {
      journeys: [{ name: 'visit', weight: 1, steps }],
    })
  },
}

function logOf(source: ImportSource): unknown {
  const document = source.json()
  return isObject(document) ? document['log'] : undefined
}

/** Entries in the order of their starts; those that cannot be read are lost. */
function entriesOf(source: ImportSource, report: ImportReport): readonly Entry[] {
  const log = logOf(source)
  const given = isObject(log) ? log['entries'] : undefined
  if (!Array.isArray(given))
    throw source.invalid('is no HAR: log.entries is not a list', 'Save it again, as HAR 1.2.')
  const entries = given.flatMap((entry, i) => {
    const { data } = entrySchema.safeParse(entry)
    if (data === undefined) report.lost('entries that are no requests', `log.entries[${i}]`)
    return data === undefined ? [] : [data]
  })
  return entries
    .map((entry) => ({ entry, atMs: wallMsOf(entry.startedDateTime) }))
    .sort((a, b) => (a.atMs || 0) - (b.atMs || 0))
    .map(({ entry }) => entry)
}

function serverOf({ request }: Entry): string {
  return placeOf(request.url).server ?? ''
}

function isKept(entry: Entry, site: string, report: ImportReport): boolean {
  const { method, url } = entry.request
  const server = serverOf(entry)
  if (server === '') {
    report.lost(
      /^wss?:/.test(url) ? 'WebSockets (use a target of the plugin ws)' : 'what is not HTTP',
      shortOf(url),
    )
    return false
  }
  if (siteOf(server) !== site) {
    report.lost('requests to third parties', server)
    return false
  }
  const kind = kindOfStaticFile(url, entry.response?.content.mimeType ?? '', entry._resourceType)
  if (kind !== null && method === 'GET') {
    report.lost('static files', kind)
    return false
  }
  if (
    method === 'OPTIONS' &&
    entry.request.headers.some(({ name }) => /^access-control-request/i.test(name))
  ) {
    report.lost('preflights of the browser (CORS)', shortOf(url))
    return false
  }
  if (method === 'CONNECT' || !/^[A-Z]+$/.test(method.toUpperCase())) {
    report.lost('methods that no step has', `${method} ${shortOf(url)}`)
    return false
  }
  return true
}

interface Visited extends Entry {
  /** Redirects that the client followed from it. */
  readonly hops: number
}

/** Joins an answer that redirects, and the requests with which it was followed, to one step that follows redirects. */
function withoutRedirected(entries: readonly Entry[]): readonly Visited[] {
  const visited: Visited[] = []
  for (const entry of entries) {
    const before = visited.at(-1)
    if (before !== undefined && isFollowed(before, entry))
      visited[visited.length - 1] = {
        ...before,
        response: entry.response,
        hops: before.hops + 1,
        time: entry.time,
      }
    else visited.push({ ...entry, hops: 0 })
  }
  return visited
}

function isFollowed(before: Visited, { request }: Entry): boolean {
  const { status = 0, redirectURL = '', headers = [] } = before.response ?? {}
  if (status < 300 || status > 399 || status === 304 || request.method.toUpperCase() !== 'GET') return false
  const location = redirectURL || headers.find(({ name }) => /^location$/i.test(name))?.value || ''
  const base = before.request.url
  if (!URL.canParse(location, base) || !URL.canParse(request.url)) return false
  const [to, asked, from] = [new URL(location, base), new URL(request.url), new URL(base)]
  return to.origin === from.origin && to.href.split('#')[0] === asked.href.split('#')[0]
}

function withPauses(entries: readonly Visited[], report: ImportReport): readonly RecordedStep[] {
  let endMs = Number.NaN
  return entries.flatMap((entry) => {
    const startMs = wallMsOf(entry.startedDateTime)
    const pauseMs = startMs - endMs
    endMs = Math.max(Number.isNaN(endMs) ? 0 : endMs, startMs + Math.max(0, entry.time))
    const step = { step: stepOf(entry, report), answer: answerOf(entry) }
    if (!(pauseMs >= THINK_MS_MIN)) return [step]
    if (pauseMs > THINK_MS_MAX)
      report.note(`pauses are at most ${THINK_MS_MAX / 1000} s, the longest was longer`)
    const capped = Math.min(pauseMs, THINK_MS_MAX)
    const think = {
      kind: 'think',
      minMs: roundedMs(capped * (1 - THINK_SPREAD)),
      maxMs: roundedMs(capped * (1 + THINK_SPREAD)),
    } as const
    return [{ step: think, answer: null }, step]
  })
}

/** Two digits are as much as anybody waits by. */
function roundedMs(ms: number): number {
  return Number(ms.toPrecision(2))
}

function stepOf(entry: Visited, report: ImportReport) {
  const { method, url, headers } = entry.request
  const { server, path } = placeOf(url)
  const body = bodyOf(entry, report)
  const status = entry.response?.status ?? 0
  const sent = headers.filter(
    ({ name, value }) =>
      isHeaderName(name) &&
      !isOwnHeader(name) &&
      !/^cookie$/i.test(name) &&
      !(/^accept$/i.test(name) && /\*\/\*/.test(value)) &&
      !(/^content-type$/i.test(name) && (body === null || !('body' in body))),
  )
  if (headers.some(({ name }) => /^cookie$/i.test(name)))
    report.note('cookies are not copied: each agent keeps those that it is given, as a browser does')
  return requestOf({
    method: method.toUpperCase(),
    server,
    path: literal(path),
    headers: Object.fromEntries(
      sent.map(({ name, value }) => [name.toLowerCase(), literal(value.replace(/[\r\n\0]/g, ' '))]),
    ),
    body,
    expect: status >= 400 ? { status } : {},
    followRedirects: Math.min(entry.hops, 20),
  })
}

function bodyOf({ request }: Entry, report: ImportReport): ImportedBody | null {
  const { postData } = request
  if (postData === null || postData === undefined) return null
  const { mimeType, text, params } = postData
  const place = `${request.method} ${shortOf(request.url)}`
  if (/multipart/i.test(mimeType)) {
    report.lost('multipart bodies', place)
    return text === undefined ? null : { body: literal(text) }
  }
  if (/x-www-form-urlencoded/i.test(mimeType)) {
    const fields = params?.map(({ name, value }) => [name, value] as const) ?? [
      ...new URLSearchParams(text ?? ''),
    ]
    return formOf(fields, text)
  }
  if (text === undefined || text === '') {
    if ((params ?? []).length > 0) report.lost('bodies of which only the fields were recorded', place)
    return null
  }
  return jsonOr(text, mimeType)
}

function answerOf({ response }: Entry) {
  if (response === null || response === undefined) return null
  const { mimeType, text, encoding } = response.content
  const isText = mimeType === '' || /json|text|xml|html|javascript|form/i.test(mimeType)
  const body = encoding === 'base64' ? Buffer.from(text, 'base64').toString('utf8') : text
  return { headers: response.headers, body: isText ? body : '', isJson: /json/i.test(mimeType) }
}

function shortOf(url: string): string {
  const bare = url.replace(/[?#].*$/s, '')
  return bare.length > 80 ? `${bare.slice(0, 77)}...` : bare
}
