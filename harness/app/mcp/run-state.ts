/** The state of a load as callers see it. */

import { capacityHeadline } from '../../text/capacity-text.ts'
import { headlineText } from '../../text/headline.ts'
import { standingText } from '../../text/standing.ts'
import { errorData } from './error-data.ts'
import type { LoadResult, StartedLoad } from './loads.ts'

/** The parts of which a change is news: not the figures, which change all the time. */
export function newsOf(load: StartedLoad): string {
  const { stage, objectives } = load.runs.present.view
  const { search } = load.runs
  return JSON.stringify([
    load.isOver,
    stage,
    objectives.map(({ id, state, outcome }) => [id, state, outcome]),
    search?.probes.length,
  ])
}

export function runState(load: StartedLoad): Record<string, unknown> {
  const { view } = load.runs.present
  const { run, requestCount, errorCount, nowMs } = view
  return {
    runId: load.id,
    scenario: load.scenario,
    state: stateOf(load),
    elapsedSeconds: nowMs / 1000,
    plannedSeconds: view.plan === null ? null : view.plan.durationMs / 1000,
    requests: requestCount,
    requestsPerSec: view.requestsPerSec,
    p50Ms: run.p50Ms,
    p95Ms: run.p95Ms,
    p99Ms: run.p99Ms,
    errorRatio: requestCount === 0 ? null : errorCount / requestCount,
    objectives: view.objectives.map((status) => ({
      id: status.id,
      expect: status.expect,
      standing: standingText(status, nowMs),
      observed: status.observed,
      unit: status.unit,
    })),
    generator:
      view.generator === null ? null : { level: view.generator.level, reason: view.generator.reason },
    verdict: load.result === null ? null : verdictOf(load.result),
    failure: load.failure === null ? null : errorData(load.failure),
  }
}

function stateOf(load: StartedLoad): string {
  if (load.failure !== null) return 'failed'
  if (load.isOver) return 'done'
  const { stage } = load.runs.present.view
  // Judged, and not yet written and remembered.
  return stage === 'done' || stage === 'failed' ? 'recording' : stage
}

function verdictOf(result: LoadResult): Record<string, unknown> {
  if (result.kind === 'run') {
    const { verdict } = result.finished
    return { outcome: verdict.outcome, exitCode: verdict.exitCode, headline: headlineText(verdict) }
  }
  const { record, exitCode } = result.published
  return { outcome: record.answer.outcome, exitCode, headline: capacityHeadline(record) }
}

export function searchState(load: StartedLoad): Record<string, unknown> {
  const { search, present } = load.runs
  const { result, failure } = load
  const record = result?.kind === 'capacity' ? result.published.record : null
  return {
    id: load.id,
    scenario: load.scenario,
    state: load.isOver ? stateOf(load) : 'searching',
    stage: present.view.stage,
    by: search?.by ?? null,
    probes: search?.probes ?? [],
    met: search?.met ?? null,
    missed: search?.missed ?? null,
    estimate: search?.capacity ?? null,
    next: search?.next ?? null,
    secondsLeftAtMost: search?.leftS ?? null,
    safe: record?.answer.safe ?? null,
    capacity: record?.answer.capacity ?? null,
    verdict: result === null ? null : verdictOf(result),
    failure: failure === null ? null : errorData(failure),
  }
}
