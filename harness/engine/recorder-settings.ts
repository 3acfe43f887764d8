/** Settings, its phases, and the requests that are over. */
import type { MaskText } from '../base/secret-mask.ts'
import type { CellKey, CellMetric } from '../model/interval-snapshot.ts'
import type { AgentPlace } from '../model/plan-load.ts'
import type { BoundsUs } from './cells.ts'
import type { Announce } from './memory-announcement.ts'
import type { JudgedRequest } from './slo-recorder.ts'
import type { Slos } from './slos.ts'

/** Bounds whose exceedances are counted exactly, by metric. */
export type MetricBounds = Readonly<Record<CellMetric, BoundsUs>>

/** One finished request, as the recorder needs it. Instants in ms; 0 = not reached. */
export interface Observation extends JudgedRequest {
  readonly intendedMs: number
  /** The time of connecting before it was sent, ms; 0 = it found a connection. */
  readonly connectMs: number
  readonly doneMs: number
  readonly networkDelayMs: number
  /** The identity of the agent. */
  readonly agentId: number
  readonly status: number
  readonly traceNumber: number
  readonly errorKind: number
  /** True when the generator's own loop stalled while the request was in flight, or when it should have started. */
  readonly isUntimed: boolean
  readonly bytesSent: number
  readonly bytesReceived: number
  readonly componentCount: number
  readonly componentNames: readonly string[]
  readonly componentMs: readonly number[]
}

/** The settings that the steps of a recorder share. */
export interface RecorderSettings {
  /** Called with new memory. */
  readonly announce: Announce
  /** Bounds whose exceedances are counted exactly. */
  readonly bounds: MetricBounds
  /** Null when the plan has no joint conditions. */
  readonly slos: Slos | null
  /** The run start in the shard's own clock. */
  readonly startMs: number
  /** The prefix of the shard's trace ids; null when requests are not traced. */
  readonly tracePrefix: string | null
  /** Returns the recorded form of a name made by code or a server: with secrets masked. */
  readonly nameOf: (name: string) => string
  /** Masks a text that is no name. */
  readonly mask: MaskText
  /** The places of agents, as `placesOf` numbers them; those that are equal are recorded together. */
  readonly places: readonly AgentPlace[]
}

/** A stretch of the run, as a recorder needs it. */
export interface RecorderPhase {
  readonly name: string
  /** In the shard's own clock. */
  readonly endMs: number
  readonly measured: boolean
}

/** The place of what a step recorder records; without a region or workload where they are not told apart. */
export type RecorderPlace = Pick<CellKey, 'phase' | 'step' | 'region' | 'workload'>
