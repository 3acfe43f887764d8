import type * as z from 'zod'
import type { Clock } from '../base/clock.ts'

/** The measurements of a probe since its previous sample; null for what it cannot measure. */
export interface ResourceSample {
  /** The mean number of cores used (1 = one core busy all the time). */
  readonly cpuCores: number | null
  readonly rssBytes: number | null
  /** The share of the CPU limit: of the cgroup quota, else of the cores of the machine. */
  readonly cpuRatio: number | null
  /** The share of the memory limit: of the cgroup limit, else of the memory of the machine. */
  readonly memoryRatio: number | null
  /** Any other figure, such as the result of a query. */
  readonly value: number | null
}

/** Watches one thing outside the generator. */
export interface ResourceProbe {
  /** Takes a sample; null when the subject is gone or does not answer. Never rejects. Resolves within about two seconds. */
  sample(): Promise<ResourceSample | null>
  stop(): void
}

export interface ResourceProbeContext {
  readonly clock: Clock
  /** Called once, with one sentence, when something keeps the probe from measuring. */
  readonly note: (message: string) => void
}

/** A plugin for one kind of probe, contained in one file. */
export interface ResourceProbePlugin {
  readonly name: string
  readonly summary: string
  /** The configuration as written in scenarios, defaults included; secrets are filled in before `create`. */
  readonly configSchema: z.ZodType<Record<string, unknown>>
  /** Returns the host names it connects to; loopback needs no permission. */
  hostsOf(config: Readonly<Record<string, unknown>>): readonly string[]
  create(config: Readonly<Record<string, unknown>>, context: ResourceProbeContext): ResourceProbe
}
