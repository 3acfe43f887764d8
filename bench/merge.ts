/** What it costs the coordinator to add up a second of all shards: user CPU of `SnapshotMerger.add`. `npm run bench:merge` */
import { median } from 'simple-statistics'
import { Random } from '../harness/base/random.ts'
import { SnapshotMerger } from '../harness/cluster/merge-snapshots.ts'
import { CELL_METRICS, type CellDelta, type IntervalSnapshot } from '../harness/model/interval-snapshot.ts'
import { histogramOf } from '../test/kit/latencies.ts'
import { aSnapshot, aStep, RESOURCES } from '../test/kit/snapshots.ts'
import { type BenchRow, reportRows } from './kit/report.ts'
import { brief } from './kit/rounds.ts'

const ROUNDS = Number(process.env['ROUNDS'] ?? 9)
const STEPS = 6
const random = new Random(2_026)

/** Values of some tens of milliseconds with a long tail. */
function aValueUs(): number {
  return 20_000 * Math.exp(0.3 * Math.log(1 / Math.max(1e-9, random.float()) - 1))
}

/** Five cells for each of six steps. */
function cellsOf(values: number): CellDelta[] {
  return Array.from({ length: STEPS }, (_, i) =>
    CELL_METRICS.map((metric): CellDelta => {
      const { counts, sumUs } = histogramOf(Array.from({ length: values }, aValueUs))
      const labels = {
        outcome: metric === 'response_time' ? 'ok' : '',
        component: metric === 'component_time' ? 'db' : '',
      }
      const key = { phase: 'steady', step: `step ${i}`, metric, ...labels }
      return { key, counts, sumUs, overflowCount: 0, over: { 100000: 1 } }
    }),
  ).flat()
}

function aSecond(sequence: number, shards: number, values: number): IntervalSnapshot[] {
  const steps = Array.from({ length: STEPS }, (_, i) =>
    aStep({ step: `step ${i}`, ok: values - 1, failed: 1, started: values, errors: { status: 1 } }),
  )
  return Array.from({ length: shards }, (_, shard) =>
    aSnapshot({ shard, sequence, steps, cells: cellsOf(values) }),
  )
}

/** User CPU of a second, ms. The user time of a few milliseconds is an estimate of the system, so a round is several seconds. */
function userMs(shards: number, values: number, secondsPerRound: number): number[] {
  const seconds = Array.from({ length: secondsPerRound }, (_, i) => aSecond(i, shards, values))
  return Array.from({ length: ROUNDS }, () => {
    const merger = new SnapshotMerger()
    const before = process.cpuUsage()
    for (const snapshots of seconds) merger.add(snapshots, 'steady', RESOURCES)
    return process.cpuUsage(before).user / 1_000 / secondsPerRound
  })
}

function row(shards: number, values: number, secondsPerRound: number, atMost: number): BenchRow {
  const figures = userMs(shards, values, secondsPerRound)
  return {
    work: `${shards} snapshots of 30 cells x ${values} values`,
    bar: { atMost },
    figure: median(figures),
    unit: ' ms',
    raw: figures.map(brief).join(' '),
  }
}

reportRows('User CPU of adding up one second of all shards', [row(1_000, 30, 1, 150), row(10, 300, 20, 5)])
