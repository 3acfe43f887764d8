/** The load of k6: its virtual users are agents of the closed model, its arrival rates arrivals of the open one. */
import { lookUp } from '../../../base/names.ts'
import { parseDurationMs } from '../../../base/units.ts'
import type { ImportedPart, ImportedWorkload } from '../imported.ts'
import type { ImportReport } from '../report.ts'
import { isPlain } from '../script/members.ts'
import { durationText } from '../to-document.ts'

/** A function that agents run, and how often. */
export interface WalkedFunction {
  readonly name: string
  readonly weight: number
}

interface Load {
  readonly workload: ImportedWorkload | null
  /** Several scenarios, by the functions that they run. */
  readonly parts: readonly ImportedPart[]
  readonly functions: readonly WalkedFunction[]
}

type Options = Readonly<Record<string, unknown>>

const LOST_OPTIONS = [
  'hosts',
  'ext',
  'cloud',
  'dns',
  'blacklistIPs',
  'tlsAuth',
  'insecureSkipTLSVerify',
  'batch',
  'rps',
  'setupTimeout',
  'userAgent',
]
/** As k6 has it without options. */
const DURATION_MS = 30_000

export function loadOf(options: Options, report: ImportReport): Load {
  for (const key of LOST_OPTIONS) if (lookUp(options, key) !== undefined) report.lost('options of k6', key)
  const { scenarios } = options
  if (!isPlain(scenarios))
    return {
      workload: workloadOf(shortForm(options), report),
      parts: [],
      functions: [{ name: 'default', weight: 1 }],
    }
  const all = Object.entries(scenarios).filter((entry): entry is [string, Options] => isPlain(entry[1]))
  const parts = all.flatMap(([name, scenario]) => {
    const workload = workloadOf(scenario, report)
    tellOfSettings(name, scenario, report)
    if (workload === null) return []
    return [{ name, workload, startMs: msOf(scenario['startTime']) ?? 0, journey: execOf(scenario) }]
  })
  return {
    workload: parts[0]?.workload ?? null,
    parts: parts.length > 1 ? parts : [],
    functions: [...new Set(parts.map(({ journey }) => journey))].map((name) => ({ name, weight: 1 })),
  }
}

function execOf({ exec }: Options): string {
  return typeof exec === 'string' ? exec : 'default'
}

function tellOfSettings(name: string, scenario: Options, report: ImportReport): void {
  for (const key of ['gracefulStop', 'env', 'tags', 'options'])
    if (lookUp(scenario, key) !== undefined) report.lost(`settings of scenarios (${key})`, name)
}

/** Options without scenarios stand for one. */
function shortForm(options: Options): Options {
  if (Array.isArray(options['stages']))
    return { ...options, executor: 'ramping-vus', startVUs: options['vus'] ?? 1 }
  if (options['iterations'] !== undefined)
    return { ...options, executor: 'shared-iterations', maxDuration: options['duration'] }
  return { ...options, executor: 'constant-vus' }
}

function workloadOf(scenario: Options, report: ImportReport): ImportedWorkload | null {
  const executor = String(scenario['executor'])
  switch (executor) {
    case 'constant-vus':
      return agents(count(scenario['vus'], 1), msOf(scenario['duration']) ?? DURATION_MS)
    case 'ramping-vus':
      return ramps('closed', scenario['startVUs'], scenario, 1)
    case 'constant-arrival-rate': {
      const perSec = ratePerSec(scenario['rate'], scenario['timeUnit'])
      return perSec === null
        ? null
        : {
            pattern: 'constant-rate',
            rate: rateText(perSec),
            duration: durationText(msOf(scenario['duration']) ?? DURATION_MS),
            ...agentsOf(scenario),
          }
    }
    case 'ramping-arrival-rate':
      return ramps('open', scenario['startRate'] ?? 0, scenario, (msOf(scenario['timeUnit']) ?? 1000) / 1000)
    case 'shared-iterations':
    case 'per-vu-iterations':
      report.lost('a number of iterations: the agents go on until the end of the run', executor)
      return agents(count(scenario['vus'], 1), msOf(scenario['maxDuration']) ?? DURATION_MS)
    default:
      report.lost('executors', executor)
      return null
  }
}

function agents(number: number, durationMs: number): ImportedWorkload {
  return { pattern: 'constant-agents', agents: number, duration: durationText(durationMs) }
}

/** Most agents at once, as maxVUs has it. */
function agentsOf(scenario: Options): { readonly agents?: number } {
  const most = scenario['maxVUs'] ?? scenario['preAllocatedVUs']
  return typeof most === 'number' && most > 0 ? { agents: most } : {}
}

/** @param unitS seconds that the rates are for */
function ramps(
  model: 'open' | 'closed',
  begin: unknown,
  scenario: Options,
  unitS: number,
): ImportedWorkload | null {
  const stages = (Array.isArray(scenario['stages']) ? scenario['stages'] : []).filter(isPlain)
  let from = typeof begin === 'number' ? begin / unitS : 0
  const parts = stages.flatMap(({ duration, target }) => {
    const durationMs = msOf(duration)
    const to = typeof target === 'number' ? target / unitS : from
    const start = from
    from = to
    if (durationMs === null || durationMs <= 0) return []
    return [
      start === to
        ? { kind: 'constant', value: to, durationMs }
        : { kind: 'ramp', from: start, to, durationMs },
    ]
  })
  const [first] = parts
  if (first === undefined) return null
  return {
    pattern: 'curve',
    model,
    curve: parts.length === 1 ? first : { kind: 'sequence', parts },
    ...(model === 'open' ? agentsOf(scenario) : {}),
  }
}

/** `500/s`; rates below one a second are told by the minute or hour. */
export function rateText(perSec: number): string {
  if (Number.isInteger(perSec)) return `${perSec}/s`
  const perMinute = perSec * 60
  return Math.abs(perMinute - Math.round(perMinute)) < 1e-9
    ? `${Math.round(perMinute)}/m`
    : `${Number(perSec.toPrecision(6))}/s`
}

function ratePerSec(rate: unknown, timeUnit: unknown): number | null {
  return typeof rate === 'number' && rate > 0 ? rate / ((msOf(timeUnit) ?? 1000) / 1000) : null
}

/** `1m30s`, or a number of milliseconds; null for what is neither. */
export function msOf(duration: unknown): number | null {
  if (typeof duration === 'number') return duration
  if (typeof duration !== 'string' || !/^(?:\d+(?:\.\d+)?(?:ms|us|s|m|h|d))+$/.test(duration)) return null
  return parseDurationMs(duration)
}

function count(value: unknown, otherwise: number): number {
  return typeof value === 'number' && value >= 1 ? Math.round(value) : otherwise
}
