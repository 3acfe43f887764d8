import type { z } from 'zod'
import type { Clock } from '../base/clock.ts'

/** What a probe saw since it was asked before; what it cannot tell is null. */
export interface ResourceSample {
  /** Mean cores used (1 = one core busy all the time). */
  readonly cpuCores: number | null
  readonly rssBytes: number | null
  /** Of what is allowed: the cgroup's quota, else the machine's cores. */
  readonly cpuRatio: number | null
  /** Of what is allowed: the cgroup's limit, else the machine's memory. */
  readonly memoryRatio: number | null
  /** Any other figure, such as the result of a query. */
  readonly value: number | null
}

/** Watches one thing outside the generator. */
export interface ResourceProbe {
  /** Null when it is gone or does not answer; never rejects. Resolves within two seconds or so. */
  sample(): Promise<ResourceSample | null>
  stop(): void
}

export interface ResourceProbeContext {
  readonly clock: Clock
  /** Told, once, in one sentence, what keeps the probe from seeing anything. */
  readonly note: (message: string) => void
}

/** A way to watch. Everything about it lives in its one file. */
export interface ResourceProbePlugin {
  readonly name: string
  readonly summary: string
  /** As scenarios write it, defaults included; secrets are filled in before `create`. */
  readonly configSchema: z.ZodType<Record<string, unknown>>
  /** Host names it talks to; loopback needs no permission. */
  hostsOf(config: Readonly<Record<string, unknown>>): readonly string[]
  create(config: Readonly<Record<string, unknown>>, context: ResourceProbeContext): ResourceProbe
}
