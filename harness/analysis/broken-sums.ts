import { completedOf } from '../measure/counts.ts'
import { SparseHistogram } from '../measure/sparse-histogram.ts'
import { STEP_OUTCOMES } from '../model/outcome.ts'
import type { RecordCell, RunRecord } from '../model/run-record.ts'

/** Every sum that must hold and does not. Shards that were lost may have been cut between two counts. */
export function brokenSums(record: RunRecord): string[] {
  if (record.shards.some(({ status }) => status !== 'finished')) return []
  const faults: string[] = []
  const { planned, started, dropped, cancelled } = record.dispatch
  if (planned !== started + dropped + cancelled)
    faults.push(`planned ${planned} is not started ${started} + dropped ${dropped} + cancelled ${cancelled}`)
  for (const step of record.steps) {
    const ended = completedOf(step) + step.aborted
    if (step.started !== ended)
      faults.push(`${step.phase}/${step.step}: started ${step.started}, ended ${ended}`)
  }
  const timed = (outcome: string) =>
    record.cells.reduce(
      (sum, cell) => sum + (cell.metric === 'response_time' && cell.outcome === outcome ? cell.count : 0),
      0,
    )
  const counted = [...STEP_OUTCOMES.slice(0, 4)].map((outcome, i) => {
    const key = (['ok', 'failed', 'errored', 'timedOut'] as const)[i] as 'ok'
    return { outcome, count: record.steps.reduce((sum, step) => sum + step[key], 0) }
  })
  for (const { outcome, count } of counted)
    if (timed(outcome) > count) faults.push(`${outcome}: counted ${count}, timed ${timed(outcome)}`)
  const untimed = record.steps.reduce((sum, step) => sum + step.untimed, 0)
  const missing = counted.reduce((sum, { outcome, count }) => sum + count - timed(outcome), 0)
  if (missing !== untimed) faults.push(`${missing} requests have no time, ${untimed} were left untimed`)
  return [...faults, ...record.cells.flatMap((cell) => histogramFault(cell) ?? [])]
}

/** Returns how the count of a cell differs from the values in its histogram; null when it does not. */
function histogramFault({ phase, step, metric, outcome, count, hdr }: RecordCell): string | null {
  const held = SparseHistogram.decode(hdr).count
  if (held === count) return null
  return `${phase}/${step}: ${metric} (${outcome}) counts ${count}, its histogram holds ${held}`
}
