/** The stairs of a run whose workload is a staircase, each judged by itself against what bounds a capacity. */
import { badOf, completedOf } from '../measure/counts.ts'
import { holds } from '../model/holds.ts'
import type { CurvePlan, ObjectivePlan, RunPlan } from '../model/plan.ts'
import type { Stair, Stairs } from '../model/stairs.ts'
import { limitObjectives } from './capacity/limits.ts'
import { stretchView } from './interval-view.ts'
import type { MeasuredView } from './measured-view.ts'
import { metricValue } from './metric-values.ts'
import type { RecordView } from './record-view.ts'
import { shareClaimOf } from './share-claim.ts'

/** A load that was on for less is passed through, not held. */
const SECONDS_MIN = 3

interface Level {
  readonly load: number
  readonly startMs: number
  readonly endMs: number
}

/** Absent for a workload that is no staircase. */
export function stairsOf(view: RecordView): { readonly stairs?: Stairs } {
  const { plan } = view.record
  const [workload] = plan.workloads
  // Beside another load, a staircase is none.
  const levels = workload === undefined || plan.workloads.length > 1 ? null : levelsOf(workload.curve)
  if (levels === null || new Set(levels.map(({ load }) => load)).size < 2) return {}
  const limits = limitObjectives(plan.objectives)
  const stairs = levels.flatMap((level) => stairOf(view, level, limits)).sort((a, b) => a.load - b.load)
  if (stairs.length === 0) return {}
  const firstMiss = stairs.findIndex(({ missed }) => missed === null || missed.length > 0)
  const met = firstMiss === -1 ? stairs : stairs.slice(0, firstMiss)
  const by = workload?.model === 'open' ? 'rate' : 'agents'
  return { stairs: { by, levels: stairs, highestMet: met.at(-1)?.load ?? null } }
}

/** Null for a curve that is anything but loads that are held one after another. */
function levelsOf(curve: CurvePlan): Level[] | null {
  const levels: Level[] = []
  let startMs = 0
  for (const part of curve.kind === 'sequence' ? curve.parts : [curve]) {
    if (part.kind !== 'steps' && part.kind !== 'constant') return null
    const values = part.kind === 'steps' ? part.values : [part.value]
    const lengthMs = part.kind === 'steps' ? part.stepMs : part.durationMs
    for (const load of values) {
      levels.push({ load, startMs, endMs: startMs + lengthMs })
      startMs += lengthMs
    }
  }
  return levels
}

/** Reads what came of a stair from the measured seconds that were wholly on it, without the first of them, which is the step itself. */
function stairOf(
  view: RecordView,
  { load, startMs, endMs }: Level,
  limits: readonly ObjectivePlan[],
): Stair[] {
  const { plan } = view.record
  const intervals = view.intervals
    .filter((each) => each.startMs >= startMs && each.endMs <= endMs && isMeasured(plan, each.startMs))
    .filter((each) => each.startMs >= (plan.workloads[0]?.join?.durationMs ?? 0))
    .slice(1)
  const seconds = intervals.reduce((total, each) => total + (each.endMs - each.startMs) / 1000, 0)
  if (seconds < SECONDS_MIN) return []
  const stretch = stretchView(plan, intervals, limits)
  const counts = stretch.counts({})
  const completed = completedOf(counts)
  const times = stretch.histogram('response_time', {})
  return [
    {
      load,
      seconds,
      okPerSec: counts.ok / seconds,
      errorRatio: completed === 0 ? 0 : badOf(counts) / completed,
      p99Ms: times.count === 0 ? null : times.quantileUs(0.99) / 1000,
      missed: missedOf(stretch, limits),
    },
  ]
}

function isMeasured({ phases }: RunPlan, atMs: number): boolean {
  return phases.some(({ measured, startMs, endMs }) => measured && atMs >= startMs && atMs < endMs)
}

function missedOf(stretch: MeasuredView, limits: readonly ObjectivePlan[]): string[] | null {
  const met = limits.map((limit) => isMet(stretch, limit))
  const missed = limits.filter((_, i) => met[i] === false).map(({ expect }) => expect)
  return missed.length === 0 && met.includes(null) ? null : missed
}

/** Null: nothing was measured for it. */
function isMet(stretch: MeasuredView, limit: ObjectivePlan): boolean | null {
  const claim = shareClaimOf(stretch, limit)
  if (claim !== null) return claim.n === 0 ? null : claim.k <= claim.allowed * claim.n
  const observed = metricValue(stretch, limit)
  return observed === null ? null : holds(observed, limit.op, limit.bound)
}
