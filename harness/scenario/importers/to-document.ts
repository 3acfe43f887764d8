/** The document of an imported scenario, as YAML and TypeScript write it. */
import { lookUp, putAt } from '../../base/names.ts'
import { withoutGaps } from '../../base/without-gaps.ts'
import { MAIN_TARGET } from '../../model/plan.ts'
import { nameOfRequest } from '../../targets/http/request-name.ts'
import type { FeederDocument } from '../feeder-schema.ts'
import { FILLED_IN } from './filled-in.ts'
import type {
  Imported,
  ImportedJourney,
  ImportedRequest,
  ImportedStep,
  ImportedWorkload,
} from './imported.ts'
import { Names } from './names.ts'
import type { ImportReport } from './report.ts'

/** The load of a scenario whose format holds none: little, so that the first run harms nobody. */
const FIRST_LOAD: ImportedWorkload = { pattern: 'constant-agents', agents: 5, duration: '30s' }
const FIRST_RATE: ImportedWorkload = { pattern: 'constant-rate', rate: '5/s', duration: '30s' }
const FIRST_OBJECTIVE = 'error_ratio < 1%'
/** The server of requests that name none. */
const SERVER_UNKNOWN = 'http://127.0.0.1:8080'
/** The number of requests to a server from which on what all have alike is written once, at the target. */
const SHARED_BY_ALL = 3

/** Settings of the command line. */
export interface DocumentSettings {
  /** URL that takes the place of the server with the most requests. */
  readonly target?: string
}

/** @throws nothing: what has no place in a scenario is reported */
export function documentOf(
  imported: Imported,
  settings: DocumentSettings,
  report: ImportReport,
): Record<string, unknown> {
  const all = [...imported.journeys.flatMap(({ steps }) => steps), ...imported.login]
  const requests = all.filter((step) => step.kind === 'request')
  const servers = serversOf(requests, settings, report)
  const shared = sharedSettings(requests)
  const targets = [...servers].map(
    ([server, { name, url }]) => [name, targetOf(url, shared.get(server) ?? NOTHING_SHARED)] as const,
  )
  const names = new Names()
  const journeyNames = imported.journeys.map(({ name }) => names.of(name, 'journey'))
  const write = (step: ImportedStep) => stepOf(step, servers, shared)
  const [only] = targets
  return withoutGaps({
    name: new Names().of(imported.name, 'imported'),
    ...(targets.length === 1 ? { target: only?.[1] } : { targets: Object.fromEntries(targets) }),
    ...loadOf(imported, journeyNames),
    data: dataOf(imported, report),
    login: imported.login.length === 0 ? undefined : { steps: imported.login.map(write) },
    journeys: journeysOf(imported.journeys, journeyNames, write),
    objectives: objectivesOf(imported.objectives, requests, report),
  })
}

/** The feeders, without values that no step uses; those that nobody knows are named. */
function dataOf(
  { data, journeys, login }: Imported,
  report: ImportReport,
): Readonly<Record<string, FeederDocument>> | undefined {
  const [row] = data[FILLED_IN]?.rows ?? []
  if (row === undefined) return Object.keys(data).length === 0 ? undefined : data
  const steps = JSON.stringify([journeys, login])
  const used = Object.entries(row).filter(([field]) => steps.includes(`{{${FILLED_IN}.${field}}}`))
  if (used.length > 0)
    report.note(
      `fill in data.${FILLED_IN}, which have no value yet: ${used.map(([field]) => field).join(', ')}`,
    )
  const { [FILLED_IN]: _unfilled, ...others } = data
  const left = used.length === 0 ? others : { ...others, [FILLED_IN]: { rows: [Object.fromEntries(used)] } }
  return Object.keys(left).length === 0 ? undefined : left
}

/** Objectives on steps that there are; the first one where none is left. */
function objectivesOf(
  given: readonly string[],
  requests: readonly ImportedRequest[],
  report: ImportReport,
): readonly string[] {
  const steps = new Set(requests.map(({ step, method, path }) => step ?? nameOfRequest(method, path)))
  const known = given.filter((objective) => {
    const [, quoted, plain] = /\{[^}]*\bstep=(?:("(?:[^"\\]|\\.)*")|([^,}]*))/.exec(objective) ?? []
    const step = quoted === undefined ? plain : (JSON.parse(quoted) as string)
    const isKnown = step === undefined || steps.has(step)
    if (!isKnown) report.lost('thresholds on requests of which no step has the name', objective)
    return isKnown
  })
  return known.length === 0 ? [FIRST_OBJECTIVE] : known
}

/** Several workloads where the format has them, as far as their journeys could be read. @param names of the journeys as they are written */
function loadOf(
  { workload, parts, journeys }: Imported,
  names: readonly string[],
): { readonly workload: ImportedWorkload } | { readonly workloads: Readonly<Record<string, object>> } {
  const walked = parts.flatMap((part) => {
    const place = journeys.findIndex(({ name }) => name === part.journey)
    return place === -1 ? [] : [{ ...part, journey: names[place] as string }]
  })
  const [only] = walked
  if (walked.length < 2) return { workload: only?.workload ?? workload ?? firstLoad(journeys) }
  const partNames = new Names()
  const written: Record<string, object> = {}
  for (const { name, workload: settings, startMs, journey } of walked)
    putAt(written, partNames.of(name, 'workload'), {
      ...settings,
      ...(startMs === 0 ? {} : { start: durationText(startMs) }),
      journeys: [journey],
    })
  return { workloads: written }
}

/** People with pauses come in a fixed number; single requests come at a rate. */
function firstLoad(journeys: readonly ImportedJourney[]): ImportedWorkload {
  const hasPauses = journeys.some(({ steps }) => steps.some(({ kind }) => kind === 'think'))
  return hasPauses ? FIRST_LOAD : FIRST_RATE
}

interface Server {
  readonly name: string
  readonly url: string
}

/** The servers by what requests call them; the one with the most requests is main. */
function serversOf(
  requests: readonly ImportedRequest[],
  { target }: DocumentSettings,
  report: ImportReport,
): ReadonlyMap<string | null, Server> {
  const counts = new Map<string | null, number>()
  for (const { server } of requests) counts.set(server, (counts.get(server) ?? 0) + 1)
  const byCount = [...counts].sort(([, a], [, b]) => b - a).map(([server]) => server)
  const names = new Names()
  const servers = byCount.map((server, i) => {
    const name = names.of(i === 0 ? MAIN_TARGET : (server ?? 'other').replace(/^https?:\/\//, ''), 'other')
    const url = i === 0 && target !== undefined ? target : (server ?? SERVER_UNKNOWN)
    if (server === null && !(i === 0 && target !== undefined))
      report.note(`the server is not named: it is ${SERVER_UNKNOWN} now; give --target URL, or change it`)
    return [server, { name, url }] as const
  })
  return new Map(servers)
}

/** Settings that all requests to a server have alike. */
interface Shared {
  readonly headers: Readonly<Record<string, string>>
  readonly followRedirects: number
}

const NOTHING_SHARED: Shared = { headers: {}, followRedirects: 0 }

function targetOf(url: string, { headers, followRedirects }: Shared): object {
  return {
    plugin: 'http',
    config: {
      url,
      ...(Object.keys(headers).length === 0 ? {} : { headers }),
      ...(followRedirects === 0 ? {} : { followRedirects }),
    },
  }
}

/** Finds what is alike; where there are few requests nothing is shared, and each says its own. */
function sharedSettings(requests: readonly ImportedRequest[]): ReadonlyMap<string | null, Shared> {
  return new Map(
    [...new Set(requests.map(({ server }) => server))].map((server) => {
      const all = requests.filter((request) => request.server === server)
      const [first] = all
      if (first === undefined || all.length < SHARED_BY_ALL) return [server, NOTHING_SHARED] as const
      const alike = Object.entries(first.headers).filter(
        ([name, value]) =>
          !needsAgent(value) &&
          name.toLowerCase() !== 'content-type' &&
          all.every(({ headers }) => lookUp(headers, name) === value),
      )
      const { followRedirects } = first
      const isFollowing = all.every((request) => request.followRedirects === followRedirects)
      return [
        server,
        { headers: Object.fromEntries(alike), followRedirects: isFollowing ? followRedirects : 0 },
      ] as const
    }),
  )
}

/** Tells a text with a variable that is not a secret: it is of one agent, and may not be set yet. */
function needsAgent(text: string): boolean {
  return /(?<!\\)\{\{(?!secret\.)/.test(text)
}

/** @param names of the journeys as they are written, in their order */
function journeysOf(
  journeys: readonly ImportedJourney[],
  names: readonly string[],
  write: (step: ImportedStep) => object,
): Record<string, unknown> {
  const written: Record<string, unknown> = {}
  for (const [i, { weight, steps }] of journeys.entries())
    putAt(written, names[i] as string, {
      ...(weight === 1 || journeys.length === 1 ? {} : { weight }),
      steps: steps.map(write),
    })
  return written
}

function stepOf(
  step: ImportedStep,
  servers: ReadonlyMap<string | null, Server>,
  shared: ReadonlyMap<string | null, Shared>,
): object {
  if (step.kind === 'think') return { think: rangeText(step.minMs, step.maxMs) }
  const { method, path, headers, body, server, expect, extract, followRedirects } = step
  const atTarget = shared.get(server) ?? NOTHING_SHARED
  const own = Object.entries(headers).filter(([name]) => !Object.hasOwn(atTarget.headers, name))
  const target = servers.get(server)?.name
  return withoutGaps({
    request: {
      method,
      path,
      ...(own.length === 0 ? {} : { headers: Object.fromEntries(own) }),
      ...body,
      ...(followRedirects === atTarget.followRedirects ? {} : { followRedirects }),
    },
    target: target === MAIN_TARGET ? undefined : target,
    step: step.step ?? undefined,
    expect: Object.keys(expect).length === 0 ? undefined : expect,
    extract: Object.keys(extract).length === 0 ? undefined : extract,
  })
}

function rangeText(minMs: number, maxMs: number): string {
  return minMs === maxMs ? durationText(minMs) : `${durationText(minMs)}..${durationText(maxMs)}`
}

/** Writes a duration as people do: `250ms`, `1.5s`, `2m`. */
export function durationText(durationMs: number): string {
  const ms = Math.max(0, Math.round(durationMs))
  if (ms >= 60_000 && ms % 60_000 === 0) return `${ms / 60_000}m`
  return ms >= 1000 ? `${ms / 1000}s` : `${ms}ms`
}
