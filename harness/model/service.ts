/** Runs of a service as its API tells them. Plain data, checked where it comes in. */
import * as z from 'zod'
import type { VerdictOutcome } from './verdict.ts'

/** A run that a program asks for. */
export const serviceRunSchema = z.strictObject({
  scenario: z.string().min(1).max(1_000).describe('File in the folder of the scenarios'),
  seed: z.int().min(0).max(4_294_967_295).nullable().default(null).describe("Null: the scenario's own"),
  baseline: z
    .string()
    .regex(/^[\w.-]+$/, 'letters, digits and ._-')
    .max(100)
    .nullable()
    .default(null)
    .describe('Approved baseline that the run is compared with'),
  environment: z.string().min(1).max(100).nullable().default(null).describe('Environment of the scenario'),
})
export type ServiceRun = z.output<typeof serviceRunSchema>

/** A run of a service, under way or over. */
export interface ToldRun {
  readonly id: string
  readonly scenario: string
  /** The starter: `dashboard`, `api`, `schedule nightly`, `gate`. */
  readonly by: string
  readonly startedAt: string
  /** `failed`: it came to no verdict. */
  readonly state: 'running' | 'judged' | 'failed'
  /** Null without a verdict, as are the exit code and the finish. */
  readonly outcome: VerdictOutcome | null
  readonly exitCode: number | null
  readonly finishedAt: string | null
  /** The first reason of a verdict that is not GO, or why there is none. */
  readonly reason: string | null
}

/** A schedule, and what became of it so far. */
export interface ToldSchedule {
  readonly name: string
  readonly scenario: string
  readonly cron: string
  readonly timeZone: string
  /** Null: it never comes again. */
  readonly nextAt: string | null
  readonly startedCount: number
  /** Instants at which another run was under way. */
  readonly overlappedCount: number
  /** Instants at which this process slept, or stood still. */
  readonly missedCount: number
}
