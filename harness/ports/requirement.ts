import type * as z from 'zod'

/** The context of one check. */
export interface RequirementContext {
  /** Working directory of proofload. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** The time limit of the check, ms. */
  readonly limitMs: number
  /** Aborted at the time limit. */
  readonly signal: AbortSignal
}

/** The implementation for one kind of thing that a run needs, contained in one file. */
export interface RequirementPlugin {
  readonly name: string
  readonly summary: string
  /** The configuration as written in scenarios, defaults included; secrets are filled in before it is used. */
  readonly configSchema: z.ZodType<Record<string, unknown>>
  /** Returns the host names it connects to; loopback needs no permission. */
  hostsOf(config: Readonly<Record<string, unknown>>): readonly string[]
  /** Describes for people what is needed, without secrets: `postgres 127.0.0.1:5432`. */
  describe(config: Readonly<Record<string, unknown>>): string
  /** Resolves to what was found, for people. Rejects with an Error that says what is missing; leaves nothing open. */
  check(config: Readonly<Record<string, unknown>>, context: RequirementContext): Promise<string>
}

/** A thing that a run needs, ready to be checked. */
export interface Requirement {
  /** Its name in the scenario, or what its plugin calls it. */
  readonly name: string
  readonly hosts: readonly string[]
  /** Its loss ends the load. */
  readonly stop: boolean
  /** Resolves, within its time limit, to what was found. Rejects with an Error that says what is missing. */
  check(): Promise<string>
}
