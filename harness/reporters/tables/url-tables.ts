/** Tables at the end of a run of URLs, as those who come from other tools look for them. */
import { formatCount } from '../../base/units.ts'
import { barsOf } from '../../measure/latency-bars.ts'
import { SparseHistogram } from '../../measure/sparse-histogram.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { Verdict } from '../../model/verdict.ts'
import { percentText, timeText } from '../../text/figure-text.ts'
import type { Table } from './table.ts'

const BAR_WIDTH = 32
/** Outcomes whose times are in percentiles that name none. */
const SERVED = ['ok', 'timed-out']

/** Makes them; empty ones are left out. */
export function urlTables(record: RunRecord, { summary }: Pick<Verdict, 'summary'>): Table[] {
  return [histogramTable(record), statusesTable(summary)].filter(({ rows }) => rows.length > 0)
}

function histogramTable({ cells, plan }: RunRecord): Table {
  const measured = new Set(
    plan.phases.filter(({ measured: isMeasured }) => isMeasured).map(({ name }) => name),
  )
  const counted = cells.filter(
    ({ metric, outcome, phase }) =>
      metric === 'response_time' && SERVED.includes(outcome) && measured.has(phase),
  )
  const bars = barsOf(SparseHistogram.decodeAll(counted.map(({ hdr }) => hdr)))
  const most = Math.max(...bars.map(({ count }) => count))
  return {
    title: 'Response times',
    heads: ['up to', 'requests', ''],
    rows: bars.map(({ toMs, count }) => [
      timeText(toMs),
      formatCount(count),
      '■'.repeat(Math.ceil((count / most) * BAR_WIDTH)),
    ]),
  }
}

function statusesTable({ steps }: Verdict['summary']): Table {
  const counts = new Map<string, number>()
  for (const [status, count] of Object.values(steps).flatMap(({ statuses }) => Object.entries(statuses)))
    counts.set(status, (counts.get(status) ?? 0) + count)
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0)
  return {
    title: 'Status codes',
    heads: ['status', 'answers', 'share'],
    rows: [...counts].map(([status, count]) => [status, formatCount(count), percentText(count / all)]),
  }
}
