/** The document of `proofload run URL`: a journey for every request. */
import { HarnessError } from '../../base/errors.ts'
import { putAt } from '../../base/names.ts'
import type { Written } from '../../base/written.ts'
import { MAIN_TARGET } from '../../model/plan.ts'
import { http } from '../../targets/http/builder.ts'
import type { httpConfigSchema } from '../../targets/http/schema.ts'
import { constantAgents } from '../../workloads/constant-agents.ts'
import { URL_AGENTS, URL_DURATION } from '../defaults.ts'

/** One request, as text of a scenario: `{{secret.NAME}}` stands for a secret. */
export interface UrlRequest {
  readonly url: string
  /** In capitals. */
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  /** Text, or a file. */
  readonly body: string | FileToSend | null
  /** Fields and files of a body of several parts. */
  readonly multipart?: Readonly<Record<string, PartToSend | readonly PartToSend[]>>
}

/** A file as scenarios name it. */
export interface FileToSend {
  readonly file: string
  readonly type?: string
}

type PartToSend = string | FileToSend

/** Settings that all requests of a scenario share; what is left out is as in any scenario. */
export interface UrlSettings
  extends Pick<Written<typeof httpConfigSchema>, 'tls' | 'version' | 'connectTo' | 'followRedirects'> {
  /** Durations with a unit. */
  readonly timeouts?: { readonly connect?: string; readonly total?: string }
}

/** The load of a run without a scenario file. */
export interface UrlSource {
  /** At least one. */
  readonly requests: readonly UrlRequest[]
  readonly settings: UrlSettings
}

/** Returns the request that a URL alone stands for. */
export function plainRequest(url: string): UrlRequest {
  return { url, method: 'GET', headers: {}, body: null }
}

/** Makes the document; requests that are written several times are sent so much more often. @throws HarnessError SCENARIO_INVALID */
export function scenarioFromUrls({ requests, settings }: UrlSource): object {
  const places = requests.map(({ url }) => placeOf(url))
  const [first] = places as [URL, ...URL[]]
  const { timeouts, ...config } = settings
  const targets = targetNames(places)
  const journeys: Record<string, object> = {}
  for (const [i, each] of weighed(requests, places).entries())
    putAt(journeys, requests.length === 1 ? 'request' : `request-${i + 1}`, journeyOf(each, targets))
  return {
    name: nameOfServer(first),
    targets: Object.fromEntries(
      [...targets].map(([origin, name]) => [name, http({ url: origin, ...config })] as const),
    ),
    workload: constantAgents({ agents: URL_AGENTS, duration: URL_DURATION }),
    journeys,
    ...(timeouts === undefined ? {} : { timeouts }),
  }
}

/** Returns the names of the servers, by origin. */
function targetNames(places: readonly URL[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const place of places)
    if (!names.has(place.origin))
      names.set(place.origin, names.size === 0 ? MAIN_TARGET : nameOfServer(place))
  return names
}

function journeyOf({ request, place, weight }: Weighed, targets: ReadonlyMap<string, string>): object {
  const { method, headers, body, multipart } = request
  const step = http.request(method, `${place.pathname}${place.search}`, {
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(body === null ? {} : { body }),
    ...(multipart === undefined ? {} : { multipart }),
  })
  const target = targets.get(place.origin) as string
  return {
    ...(weight === 1 ? {} : { weight }),
    steps: [target === MAIN_TARGET ? step : { ...step, target }],
  }
}

interface Weighed {
  readonly request: UrlRequest
  readonly place: URL
  weight: number
}

/** The requests that differ, and how often each is written. */
function weighed(requests: readonly UrlRequest[], places: readonly URL[]): readonly Weighed[] {
  const byText = new Map<string, Weighed>()
  for (const [i, request] of requests.entries()) {
    const text = JSON.stringify(request)
    const known = byText.get(text)
    if (known === undefined) byText.set(text, { request, place: places[i] as URL, weight: 1 })
    else known.weight++
  }
  return [...byText.values()]
}

function placeOf(source: string): URL {
  const url = URL.canParse(source) ? new URL(source) : null
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new HarnessError('SCENARIO_INVALID', `${source} is not a URL of http or https`, {
      hint: 'Write it like http://127.0.0.1:8080/path.',
    })
  if (url.username !== '' || url.password !== '')
    throw new HarnessError('SCENARIO_INVALID', 'a URL must not hold credentials: they would be recorded', {
      hint: 'Send them with --user name:password, or keep them in the environment: --user env:NAME.',
    })
  return url
}

function nameOfServer({ hostname, port, protocol }: URL): string {
  const usual = protocol === 'https:' ? '443' : '80'
  return `${hostname}-${port || usual}`.replace(/[^\w-]+/g, '-').replace(/^-+/, '')
}
