/** The contract of a target plugin: everything about a kind of target but the exchanges, which its driver performs (`target.ts`). */
import type * as z from 'zod'
import type { Clock } from '../base/clock.ts'
import type { Measure } from '../model/measures.ts'
import type { MessageChannel } from '../model/message-counts.ts'
import type { OperationMix, PhasePlan } from '../model/plan.ts'
import type { DriverContext, TargetDriver } from './target.ts'

/** The result of probing the target before any load. */
export interface ProbeResult {
  readonly reachable: boolean
  /** The answer or the failure, for people. */
  readonly message: string
  /** Advice on this failure; absent where the target has only to be there. */
  readonly hint?: string
  readonly elapsedMs: number
}

/** The use that a load will make of a target. */
export interface PlannedUse {
  readonly agents: number
  /** Connections that agents share; null = each has its own. */
  readonly connections: number | null
}

/** A result of looking at a target before the load. */
export interface TargetFinding {
  /** `blocked` stops the run. */
  readonly level: 'ok' | 'advice' | 'blocked'
  readonly message: string
  /** An instruction for fixing it; present unless `ok`. */
  readonly hint?: string
}

/** A target process that lives as long as the run. */
export interface LaunchedTarget {
  /** The configuration, completed with facts that only the running process knows (its URL). */
  readonly config: Readonly<Record<string, unknown>>
  readonly pid: number | null
  /** Called when a load begins, with its phases in ms since then. */
  beginLoad?(phases: readonly PhasePlan[]): void
  stop(): Promise<void>
}

/** The context in which what a run needs is made. */
export interface ProvisionContext {
  readonly clock: Clock
  readonly runId: string
  /** Values of secrets by name. */
  readonly secrets: Readonly<Record<string, string>>
}

/** The things made for a run: topics, queues, streams. */
export interface Provisioned {
  /** Plain data for `DriverContext.provisioned`; it crosses threads. */
  readonly value: Readonly<Record<string, unknown>>
  /** Removes what was made and nothing else. Called once, also after an aborted run; what is gone already is no failure. */
  release(): Promise<void>
}

/** The context in which a target is launched. */
export interface LaunchContext {
  readonly clock: Clock
  readonly seed: number
  /** A folder that the target may write to. */
  readonly scratchDir: string
}

/** The statuses of a protocol. */
export interface StatusLanguage {
  /** Schema of `expect: { status }`. */
  readonly expected: z.ZodType
  /** Good where a step expects nothing of the status. */
  isGood(status: number): boolean
  /** Returns a test for the expected statuses. @param expected parsed by `expected` */
  compile(expected: unknown): (status: number) => boolean
  /** Returns the name by which people know a status: `HTTP 404`, `NOT_FOUND`. */
  nameOf(status: number): string
}

/** A request with the name under which it is recorded. */
export interface NamedRequest {
  readonly step: string
  /** As the plugin's `requestSchema` takes it. */
  readonly request: Readonly<Record<string, unknown>>
}

/** One of the requests that a step of a target's own stands for. */
export interface WeightedRequest extends NamedRequest {
  readonly weight: number
  /** At most one is sent after an ok answer. */
  readonly followUps: readonly (NamedRequest & { readonly kind: string; readonly probability: number })[]
}

/** A step of a target's own, beside `request`: `{ operations: { ... } }`. One of several requests is sent, by weight. */
export interface StepKind {
  /** Its key in a step. */
  readonly name: string
  /** Its settings; those of `walk` in `targets/step.ts` are among them. */
  readonly schema: z.ZodType<Record<string, unknown>>
  /** @param settings parsed by `schema` @param mix of the workload */
  expand(settings: Readonly<Record<string, unknown>>, mix: OperationMix): readonly WeightedRequest[]
}

/** A target as a scenario names it; `Client` is what code journeys call. */
export interface TargetRef<Client = unknown> {
  readonly plugin: string
  readonly config: Readonly<Record<string, unknown>>
  /** Never set: carries the type. */
  readonly client?: Client
}

/** A kind of target. All that is particular to a protocol comes with its plugin; nothing else asks for one by name. */
export interface TargetPlugin {
  readonly name: string
  /** The configuration as written in scenarios, defaults included. */
  readonly configSchema: z.ZodType<Record<string, unknown>>
  /** One request as written in declarative steps. */
  readonly requestSchema: z.ZodType<Record<string, unknown>>
  /** Steps of its own, beside requests. */
  readonly steps?: readonly StepKind[]
  readonly status: StatusLanguage
  /** Measures that its drivers record and that are not in the catalogue, each under the name of the plugin: `mqttx.inflight`. */
  readonly measures?: readonly Measure[]
  /** The number of connections that all agents share where the scenario does not say. Absent: each agent has its own. */
  readonly pool?: number
  /** Settings whose texts are paths of files, relative to the scenario file: they come to the plugin as absolute ones. */
  readonly files?: readonly string[]
  /** Returns the connections of an agent: none, one for all of its requests, or several while it sends several at once. */
  connectionsOf(config: Readonly<Record<string, unknown>>): 'none' | 'one' | 'several'
  /** Made of code: only TypeScript scenarios can have it, and the JSON Schema leaves it out. */
  readonly isCode?: true
  /** Configuration of the target at a URL (`--target`); null when it speaks another protocol. */
  atUrl?(url: string): Readonly<Record<string, unknown>> | null
  /** Says what is wrong with a request that its schema takes; absent where nothing more is known before the load. */
  problemsOf?(
    config: Readonly<Record<string, unknown>>,
    request: Readonly<Record<string, unknown>>,
  ): readonly string[]
  /** Step name of a request that was given none. */
  nameOf(request: Readonly<Record<string, unknown>>): string
  /** Returns the host names that load would be sent to; loopback needs no permission. */
  hostsOf(config: Readonly<Record<string, unknown>>): readonly string[]
  /** Returns the command of this machine that a request runs; absent where requests run none. */
  commandOf?(request: Readonly<Record<string, unknown>>): string
  /** Returns the fixed ports of loopback on which `launch` will listen; absent where it needs none. */
  portsOf?(config: Readonly<Record<string, unknown>>): readonly number[]
  /** Returns the phases of the workload that a configuration names. */
  phasesOf?(config: Readonly<Record<string, unknown>>): readonly string[]
  /** Starts the target for the run, for targets that proofload launches. @throws HarnessError TARGET_LAUNCH_FAILED */
  launch?(config: Readonly<Record<string, unknown>>, context: LaunchContext): Promise<LaunchedTarget>
  /** Returns how messages are consumed that the target publishes; null when it consumes none. */
  channelOf?(config: Readonly<Record<string, unknown>>): MessageChannel | null
  /** Makes what the run needs and is not there, once for all shards, before its load. @throws HarnessError TARGET_UNREACHABLE */
  provision?(config: Readonly<Record<string, unknown>>, context: ProvisionContext): Promise<Provisioned>
  /** Looks for what only this protocol knows before the load, a limit of the server for example; never throws. */
  preflight?(config: Readonly<Record<string, unknown>>, load: PlannedUse): Promise<readonly TargetFinding[]>
  /** Sends one cheap request; never throws. Null when there is nothing to probe. */
  probe(config: Readonly<Record<string, unknown>>, clock: Clock): Promise<ProbeResult | null>
  /** Creates the driver of a shard. A plugin imports its client library here and nowhere else: no other run has to load it. */
  createDriver(
    config: Readonly<Record<string, unknown>>,
    context: DriverContext,
  ): TargetDriver | Promise<TargetDriver>
}
