/** Says what would change a verdict, and which experiment to make next. Pure: a stored run is explained as a fresh one is. */
import { formatAmount, formatInUnit, formatRatio } from '../base/units.ts'
import type { ObjectiveResult } from '../model/objective-result.ts'
import { modelOf } from '../model/plan-load.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { Verdict } from '../model/verdict.ts'
import { isGeneratorsFault } from './inconclusive.ts'
import { requestsToProve } from './sample-size.ts'

/** A fact that, had it been another, would have led to another outcome. */
export interface VerdictChange {
  /** Id of the objective that it is about; null: of the run as a whole. */
  readonly objective: string | null
  readonly what: string
  /** Requests that are missing; null where more of them change nothing, or their number is not known. */
  readonly requestsMissing: number | null
}

/** An experiment that would tell more. */
export interface NextExperiment {
  readonly why: string
  readonly tool: 'start_run' | 'start_capacity' | 'compare_runs' | 'explain_plan'
  /** Changes of the run that was made; none where it is made as it was. */
  readonly overrides: Readonly<Record<string, string | number>>
}

/** Lists the facts that would have led to another outcome, the objectives first. */
export function verdictChanges(record: RunRecord, verdict: Verdict): VerdictChange[] {
  const { objectives, validity, comparison, outcome } = verdict
  const open = objectives.filter((result) => result.outcome !== 'met').map(changeOf)
  const believed = validity.reasons.map(({ message }) => ({
    objective: null,
    what: `a measurement that can be believed: ${message}`,
    requestsMissing: null,
  }))
  const needs = comparison?.needs ?? null
  const compared =
    needs === null
      ? []
      : [{ objective: null, what: `${neededText(needs)} to settle the comparison`, requestsMissing: null }]
  if (outcome !== 'GO') return [...open, ...believed, ...compared]
  return [...open, ...compared, ...tightest(objectives), ...cutShort(record)]
}

function neededText(needs: NonNullable<NonNullable<Verdict['comparison']>['needs']>): string {
  return 'pairs' in needs ? formatAmount(needs.pairs, 'more pair') : formatAmount(needs.reruns, 'more run')
}

function changeOf(result: ObjectiveResult): VerdictChange {
  const { id, outcome, observed, op, bound, unit, expect } = result
  const limit = `${op} ${formatInUnit(bound, unit)}`
  if (outcome === 'no-data' || observed === null)
    return { objective: id, what: `something measured for ${expect}`, requestsMissing: null }
  if (outcome === 'unproven') return provedBy(result)
  return {
    objective: id,
    what: `${formatInUnit(observed, unit)} would have to be ${limit}`,
    requestsMissing: null,
  }
}

/** The number of requests by which an objective that looks met would be proven. */
function provedBy({ id, expect, budget, sampleCount, effectiveSampleCount }: ObjectiveResult): VerdictChange {
  const unknown = { objective: id, what: `more requests, to prove ${expect}`, requestsMissing: null }
  if (budget === null || budget.totalCount === 0 || effectiveSampleCount === null) return unknown
  const needed = requestsToProve(budget.allowedRatio, budget.badCount / budget.totalCount)
  if (needed === null)
    return {
      objective: id,
      what: `fewer bad requests than ${formatRatio(budget.badCount / budget.totalCount)}: at this share no number of them proves ${expect}`,
      requestsMissing: null,
    }
  const effect = effectiveSampleCount === 0 ? 1 : sampleCount / effectiveSampleCount
  const missing = Math.max(1, Math.ceil(needed * effect - sampleCount))
  return {
    objective: id,
    what: `${formatAmount(missing, 'more request')} of the same kind, to prove ${expect}`,
    requestsMissing: missing,
  }
}

/** The objective of a GO with the least room: it is missed first. */
function tightest(objectives: readonly ObjectiveResult[]): VerdictChange[] {
  const room = ({ observed, bound, op }: ObjectiveResult) => {
    if (observed === null || observed <= 0 || bound <= 0) return Number.POSITIVE_INFINITY
    return op.startsWith('<') ? bound / observed : observed / bound
  }
  const [first] = objectives.filter((each) => Number.isFinite(room(each))).sort((a, b) => room(a) - room(b))
  if (first === undefined || first.observed === null) return []
  const { id, observed, unit, op, bound } = first
  return [
    {
      objective: id,
      what: `${formatInUnit(observed, unit)} beyond its limit ${op} ${formatInUnit(bound, unit)}: it has the least room`,
      requestsMissing: null,
    },
  ]
}

function cutShort({ status }: RunRecord): VerdictChange[] {
  return status === 'complete'
    ? []
    : [{ objective: null, what: `the whole load: it was ${status}`, requestsMissing: null }]
}

/** Tries no more than so many times as long. */
const LONGER_MAX = 20
const HALF = 0.5

/** The one experiment that would tell most. */
export function nextExperiment(
  record: RunRecord,
  verdict: Verdict,
  changes: readonly VerdictChange[],
): NextExperiment {
  const { outcome, objectives, comparison } = verdict
  const { durationMs } = record.plan
  if (outcome === 'INCONCLUSIVE' && isGeneratorsFault(record, verdict))
    return {
      why: 'the generator, not the target, spoilt the measurement: send half the load, or the same on an idle machine',
      tool: 'start_run',
      overrides: lessLoad(record),
    }
  const times = timesAsLong(objectives, changes)
  if (times > 1 && outcome !== 'NO_GO') {
    return {
      why: `requests are missing for a proof: run ${times.toFixed(1)} times as long`,
      tool: 'start_run',
      overrides: { duration: `${Math.ceil((durationMs * times) / 1000)}s` },
    }
  }
  if (outcome === 'NO_GO' && objectives.some((each) => each.outcome === 'missed'))
    return {
      why: 'a miss may be of the load or of the build: find the load up to which every objective is met',
      tool: 'start_capacity',
      overrides: {},
    }
  if (comparison?.needs)
    return {
      why: 'the comparison is not settled: make the run again and compare',
      tool: 'compare_runs',
      overrides: {},
    }
  if (outcome === 'INCONCLUSIVE')
    return {
      why: 'see what the plan can prove before load is sent again',
      tool: 'explain_plan',
      overrides: {},
    }
  return {
    why: `all objectives are met at this load: find out how much more it holds (${modelOf(record.plan) === 'open' ? 'by rate' : 'by agents'})`,
    tool: 'start_capacity',
    overrides: {},
  }
}

/** The time in which every objective gets the requests that prove it, in lengths of the run; 1 where none is missing. */
function timesAsLong(objectives: readonly ObjectiveResult[], changes: readonly VerdictChange[]): number {
  const times = changes.map(({ objective, requestsMissing }) => {
    const had = objectives.find(({ id }) => id === objective)?.sampleCount ?? 0
    return requestsMissing === null || had === 0 ? 1 : 1 + requestsMissing / had
  })
  return Math.min(LONGER_MAX, Math.max(1, ...times))
}

function lessLoad({ plan: { workloads, durationMs } }: RunRecord): NextExperiment['overrides'] {
  const [workload] = workloads
  // Of several, the scenario says which load is less.
  if (workload === undefined || workloads.length > 1) return {}
  if (workload.model === 'closed') return { agents: Math.max(1, Math.floor(HALF * workload.agents)) }
  const perSec = ((workload.expectedIterations ?? 0) * 1000) / durationMs
  return { rate: `${Math.max(1, Math.floor(HALF * perSec))}/s` }
}
