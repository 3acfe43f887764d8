/** Messages between a dashboard and its page. Plain data, checked where it comes in. */
import * as z from 'zod'
import { CONTROLS } from './capacity.ts'
import type { LiveSearch } from './live-search.ts'
import type { LiveView } from './live-view.ts'
import type { RunPoint } from './run-point.ts'

/** The place of the report of a run that is over. */
export interface ReportPlace {
  /** A page of the same server; null when the server goes with the run. */
  readonly href: string | null
  /** File or folder, as seen from where the run was started. */
  readonly path: string
}

/** The state of the page; what comes later takes the place of what came before. */
export interface LiveMessage {
  /** Null before the first run. */
  readonly view: LiveView | null
  /** Number of points of the series that stay as they are; `points` take the place of all others. */
  readonly keep: number
  readonly points: readonly RunPoint[]
  /** Number of times that the run was asked to end: once, it drains; twice, it gives up. */
  readonly stopCount: number
  /** The search that the run is a load of; null for none. */
  readonly search: LiveSearch | null
  readonly report: ReportPlace | null
}

/** The reason for halting all load: one line, for people and logs. */
export const haltRequestSchema = z.strictObject({
  reason: z
    .string()
    .trim()
    .min(1)
    .max(500)
    .regex(/^\P{C}*$/u, 'must hold no control characters'),
})
export type HaltRequest = z.infer<typeof haltRequestSchema>

/** A run to begin: one of the scenarios that the page lists. */
export const startRequestSchema = z.strictObject({
  scenario: z.string().min(1).max(1_000),
  /** Null: the scenario's own. */
  seed: z.int().min(0).max(4_294_967_295).nullable(),
})
export type StartRequest = z.infer<typeof startRequestSchema>

const load = z.number().positive().max(1_000_000_000).nullable()

/** A search for a capacity to begin, of one of the scenarios that the page lists. Null: as the command has it by itself. */
export const searchRequestSchema = z.strictObject({
  scenario: z.string().min(1).max(1_000),
  by: z.enum(CONTROLS),
  /** The first and the largest load: a rate a second, or agents. */
  from: load,
  max: load,
})
export type SearchRequest = z.infer<typeof searchRequestSchema>
