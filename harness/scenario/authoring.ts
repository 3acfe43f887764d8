/**
 * What authors write in TypeScript. Everything here only makes data of the schema's shape (and keeps types), so a
 * TypeScript scenario and a YAML one are the same thing.
 */

import type { z } from 'zod'
import type { CurvePlan } from '../model/plan.ts'
import type { JourneyContext, SetupContext } from '../ports/journey.ts'
import type { FunctionClient } from '../targets/function.ts'
import type { HttpClient } from '../targets/http/index.ts'
import type {
  RetryDocument,
  ScenarioDocument,
  StepDocument,
  scenarioSchema,
  TimeoutsDocument,
} from './schema.ts'

/** A target as a scenario names it; `Client` is what code journeys call. */
export interface TargetRef<Client = unknown> {
  readonly plugin: string
  readonly config: Readonly<Record<string, unknown>>
  /** Never set: carries the type. */
  readonly client?: Client
}

type ClientOf<T> = T extends TargetRef<infer Client> ? Client : never
type ClientsOf<T> = { readonly [Name in keyof T]: ClientOf<T[Name]> }
type TargetRefs = Readonly<Record<string, TargetRef>>

/** Code of a journey. */
export type JourneyFunction<Main, Targets, Setup> = (
  context: JourneyContext<Main, Targets, Setup>,
) => Promise<unknown> | unknown

/** A journey: steps, or code. */
export type Journey<Main, Targets, Setup> =
  | { readonly weight?: number; readonly steps: readonly StepDocument[] }
  | { readonly weight?: number; readonly run: JourneyFunction<Main, Targets, Setup> }

type Written = z.input<typeof scenarioSchema>
type CodeKeys = 'target' | 'targets' | 'workload' | 'journeys' | 'login' | 'setup' | 'teardown'

/** A scenario as authors write it. */
export interface ScenarioInput<Main extends TargetRef, Targets extends TargetRefs, Setup>
  extends Omit<Written, CodeKeys> {
  /** The one target; short for `targets: { main: ... }`. */
  readonly target?: Main
  readonly targets?: Targets
  readonly workload: WorkloadRef
  /** Once a run, before any load; what it returns reaches every journey as `setup`. Must be plain data. */
  readonly setup?: (context: SetupContext<ClientOf<Main>, ClientsOf<Targets>>) => Promise<Setup> | Setup
  readonly teardown?: (context: SetupContext<ClientOf<Main>, ClientsOf<Targets>>) => unknown
  readonly login?:
    | { readonly steps: readonly StepDocument[] }
    | JourneyFunction<ClientOf<Main>, ClientsOf<Targets>, Setup>
  readonly journeys: Readonly<Record<string, Journey<ClientOf<Main>, ClientsOf<Targets>, Setup>>>
}

/** Types a scenario; the default export of a scenario module. */
export function defineScenario<Main extends TargetRef, Targets extends TargetRefs, Setup = undefined>(
  scenario: ScenarioInput<Main, Targets, Setup>,
): ScenarioInput<Main, Targets, Setup> {
  return scenario
}

/** What a request step takes besides method and path. */
export interface StepOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly body?: string
  readonly form?: Readonly<Record<string, string>>
  /** Name under which it is recorded. */
  readonly step?: string
  readonly target?: string
  readonly expect?: Extract<StepDocument, { request: unknown }>['expect']
  readonly extract?: Readonly<Record<string, string>>
  readonly retry?: RetryDocument
  readonly timeouts?: TimeoutsDocument
}

function requestStep(method: string, path: string, options: StepOptions = {}): StepDocument {
  const { headers, json, body, form, ...step } = options
  const parts = Object.entries({ headers, json, body, form }).filter(([, value]) => value !== undefined)
  return { request: { method, path, ...Object.fromEntries(parts) }, ...step } as StepDocument
}

/** Settings of an HTTP target. */
export interface HttpConfig {
  /** `http://host:port`; paths of steps are appended. */
  readonly url: string
  readonly version?: 1 | 2
  readonly headers?: Readonly<Record<string, string>>
  /** Largest answer, `'64MiB'` unless said. */
  readonly maxBody?: string
  readonly followRedirects?: number
  readonly cookies?: boolean
  readonly tls?: { readonly verify?: boolean; readonly ca?: string }
  /** Process of the target on this machine, to record its CPU and memory. */
  readonly pid?: number
}

/** An HTTP target, and its steps: `http({ url })`, `http.get('/items')`. */
export const http = Object.assign(
  (config: HttpConfig): TargetRef<HttpClient> => ({ plugin: 'http', config: { ...config } }),
  {
    get: (path: string, options?: StepOptions) => requestStep('GET', path, options),
    head: (path: string, options?: StepOptions) => requestStep('HEAD', path, options),
    post: (path: string, options?: StepOptions) => requestStep('POST', path, options),
    put: (path: string, options?: StepOptions) => requestStep('PUT', path, options),
    patch: (path: string, options?: StepOptions) => requestStep('PATCH', path, options),
    delete: (path: string, options?: StepOptions) => requestStep('DELETE', path, options),
    request: (method: string, path: string, options?: StepOptions) => requestStep(method, path, options),
  },
)

/** The embedded sandbox target: started for the run, answers like an agent-governance bridge. */
export function sandbox(
  config: { readonly seed?: number; readonly port?: number; readonly faults?: object } = {},
): TargetRef<HttpClient> {
  return { plugin: 'sandbox', config: { ...config } }
}

/** A target made of a function, called in the shard's own thread. */
export function functionTarget(
  handler: (input: unknown, context: { readonly agent: number; readonly signal: AbortSignal }) => unknown,
): TargetRef<FunctionClient> {
  return { plugin: 'function', config: { handler } }
}

/** A step that calls a function target. */
export function call(
  input: unknown,
  options: Omit<StepOptions, 'headers' | 'json' | 'body' | 'form'> = {},
): StepDocument {
  return { request: { input }, ...options } as StepDocument
}

/** Think time of the user: `'2s'`, `'1s..3s'`. */
export function think(time: string): StepDocument {
  return { think: time }
}

/** One command of the sandbox's catalogue, picked by the workload's mix of safe, risky and complex ones. */
export function operations(
  options: {
    readonly mix?: { readonly safe: number; readonly risky: number; readonly complex: number }
    readonly target?: string
    readonly retry?: RetryDocument
  } = {},
): StepDocument {
  return { operations: options } as StepDocument
}

type FeederDocument = NonNullable<ScenarioDocument['data']>[string]
type FeederOptions = Pick<FeederDocument, 'mode'>

/** Data feeders: rows for `{{name.field}}` and for `data` in code. */
export const feeder = {
  rows: (rows: NonNullable<FeederDocument['rows']>, options: FeederOptions = {}): FeederDocument => ({
    rows,
    ...options,
  }),
  csv: (csv: string, options: FeederOptions = {}): FeederDocument => ({ csv, ...options }),
  json: (json: string, options: FeederOptions = {}): FeederDocument => ({ json, ...options }),
}

/** A workload: pattern name and settings. */
export interface WorkloadRef {
  readonly pattern: string
  readonly [setting: string]: unknown
}

interface RegionSetting {
  readonly name: string
  readonly weight: number
  readonly timeZone: string
  readonly networkDelay?: string
}

/** A working day, compressed: two humps with a lunch dip, summed over regions. 250 agents at peak unless said. */
export function businessHours(
  settings: {
    readonly agents?: number
    readonly day?: string
    readonly from?: string
    readonly to?: string
    readonly think?: string
    readonly regions?: readonly RegionSetting[]
  } = {},
): WorkloadRef {
  return { pattern: 'business-hours', ...settings }
}

/** Low traffic with a window of long batch operations. 50 agents unless said. */
export function maintenance(
  settings: { readonly agents?: number; readonly duration?: string; readonly think?: string } = {},
): WorkloadRef {
  return { pattern: 'maintenance', ...settings }
}

/** Calm, burst, retry storm, drain. 400 agents at peak unless said. */
export function incident(
  settings: { readonly agents?: number; readonly duration?: string; readonly think?: string } = {},
): WorkloadRef {
  return { pattern: 'incident', ...settings }
}

/** A staircase to the top and a hold: 1,200 agents and 500 requests/s there unless said. */
export function scaleTest(
  settings: {
    readonly agents?: number
    readonly rate?: string
    readonly steps?: number
    readonly stepFor?: string
    readonly hold?: string
  } = {},
): WorkloadRef {
  return { pattern: 'scale-test', ...settings }
}

/** Open model: arrivals at a rate, whatever the target does. */
export function constantRate(settings: {
  readonly rate: string
  readonly duration: string
  readonly arrivals?: 'constant' | 'poisson'
  readonly whenBusy?: 'queue' | 'drop'
  readonly agents?: number
}): WorkloadRef {
  return { pattern: 'constant-rate', ...settings }
}

/** Closed model: a fixed number of agents, each starting anew after its answer and its think time. */
export function constantAgents(settings: {
  readonly agents: number
  readonly duration: string
  readonly think?: string
  readonly pacing?: string
}): WorkloadRef {
  return { pattern: 'constant-agents', ...settings }
}

/** Any curve of the algebra, as arrivals per second (open) or agents (closed). */
export function curve(settings: {
  readonly model: 'open' | 'closed'
  readonly curve: CurvePlan
  readonly arrivals?: 'constant' | 'poisson'
  readonly think?: string
  readonly pacing?: string
}): WorkloadRef {
  return { pattern: 'curve', ...settings }
}

/** Open model: the instants of a CSV file beside the scenario. */
export function replay(settings: {
  readonly csv: string
  readonly whenBusy?: 'queue' | 'drop'
  readonly agents?: number
}): WorkloadRef {
  return { pattern: 'replay', ...settings }
}
