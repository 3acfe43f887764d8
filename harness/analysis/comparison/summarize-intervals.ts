/** The figures that comparisons need, from the interval series that the coordinator holds and the histograms of the run. */
import { sum } from 'simple-statistics'
import type { SparseCounts } from '../../base/histogram.ts'
import { lookUp } from '../../base/names.ts'
import { badOf, completedOf } from '../../measure/counts.ts'
import { SparseHistogram } from '../../measure/sparse-histogram.ts'
import type { IntervalStep, MergedInterval } from '../../model/merged-interval.ts'
import { isServed } from '../../model/outcome.ts'
import { measuredSeconds, type RunPlan } from '../../model/plan.ts'
import type { RecordCell } from '../../model/run-record.ts'
import type { RunSummaries } from '../../model/run-summary.ts'
import { type SummaryInterval, summarizeRun } from './summarize-run.ts'

/** Summarizes the measured phases. @param loadMs duration of the load */
export function summarizeIntervals(
  intervals: readonly MergedInterval[],
  cells: readonly RecordCell[],
  plan: RunPlan,
  loadMs: number,
): RunSummaries {
  const phases = new Set(plan.phases.filter(({ measured }) => measured).map(({ name }) => name))
  const measured = intervals.filter(({ phase }) => phases.has(phase))
  const seconds = measuredSeconds(plan, loadMs)
  const names = [...new Set(measured.flatMap(({ steps }) => Object.keys(steps)))].sort()
  const served = serviceTimes(cells, phases)
  const of = (wanted: readonly string[]) =>
    summarizeRun(
      measured.map(({ steps }) => summaryInterval(wanted.map((name) => lookUp(steps, name)))),
      seconds,
      SparseHistogram.sum(wanted.flatMap((name) => served.get(name) ?? [])).valuesUs(),
    )
  const sums = new Map<string, number>()
  for (const { metric, phase, component, sumUs } of cells)
    if (metric === 'component_time' && phases.has(phase))
      sums.set(component, (sums.get(component) ?? 0) + sumUs)
  return {
    all: of(names),
    steps: Object.fromEntries(names.map((name) => [name, of([name])])),
    componentSumUs: Object.fromEntries(sums),
  }
}

/** Service times of the measured phases, by step. */
function serviceTimes(
  cells: readonly RecordCell[],
  phases: ReadonlySet<string>,
): ReadonlyMap<string, readonly SparseCounts[]> {
  const found = new Map<string, SparseCounts[]>()
  for (const { metric, phase, step, outcome, hdr } of cells)
    if (metric === 'service_time' && phases.has(phase) && isServed(outcome))
      found.set(step, [...(found.get(step) ?? []), SparseHistogram.decode(hdr).counts])
  return found
}

function summaryInterval(steps: readonly (IntervalStep | undefined)[]): SummaryInterval {
  const present = steps.filter((step) => step !== undefined)
  return {
    requests: sum(present.map(completedOf)),
    errors: sum(present.map(badOf)),
    values: SparseHistogram.sum(present.map(({ counts }) => counts)).valuesUs(),
  }
}
