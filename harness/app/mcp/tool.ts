/** The contract of a tool: what clients show of it, what it needs, and what it does. */
import type * as z from 'zod'
import type { Host } from '../../ports/host.ts'
import type { Confirmations } from './confirmations.ts'
import type { Grant, Grants } from './grants.ts'
import type { Loads } from './loads.ts'
import type { ScenarioPlace } from './scenario-source.ts'

/** The places that a server was started with. */
export interface McpPlaces {
  /** Folder of the scenarios. */
  readonly scenarios: string
  /** Folder of the reports. */
  readonly outDir: string
  /** History: a file, or `postgres://...`. */
  readonly store: string
  /** Folder of the baselines. */
  readonly baselines: string
  /** State store: a file, or `redis://...`. */
  readonly state: string
}

/** Everything that a tool may use. */
export interface McpSession {
  readonly host: Host
  readonly grants: Grants
  readonly places: McpPlaces
  readonly scenarios: ScenarioPlace
  readonly loads: Loads
  readonly confirmations: Confirmations
}

/** The result of a call. */
export interface ToolAnswer {
  readonly data: Readonly<Record<string, unknown>>
  /** False: every word of it is Proofload's own. */
  readonly isUntrusted: boolean
  /** The load that it was about, for the log of calls. */
  readonly runId?: string
  /** The call started a load. */
  readonly isStart?: true
}

/** Hints for clients, set truthfully; no safety depends on them. */
export interface ToolAnnotations {
  readonly readOnlyHint: boolean
  readonly destructiveHint: boolean
  readonly idempotentHint: boolean
  readonly openWorldHint: boolean
}

export interface McpTool {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly grant: Grant
  readonly input: z.ZodType<Readonly<Record<string, unknown>>>
  readonly output: z.ZodType
  readonly annotations: ToolAnnotations
  readonly call: (args: never, session: McpSession) => Promise<ToolAnswer>
}

export const READS: ToolAnnotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
}

/** A tool whose call takes what its input schema gives. */
export function tool<Input extends z.ZodType<Readonly<Record<string, unknown>>>>(
  definition: Omit<McpTool, 'input' | 'call'> & {
    readonly input: Input
    readonly call: (args: z.output<Input>, session: McpSession) => Promise<ToolAnswer>
  },
): McpTool {
  return definition
}

export function ours(data: ToolAnswer['data']): ToolAnswer {
  return { data, isUntrusted: false }
}

export function untrusted(data: ToolAnswer['data']): ToolAnswer {
  return { data, isUntrusted: true }
}
