import { type LiveInterval, liveIntervalOf } from '../../harness/analysis/monitor/live-interval.ts'
import type { RunProgress } from '../../harness/app/run/progress.ts'
import { SnapshotMerger } from '../../harness/cluster/merge-snapshots.ts'
import type { IntervalResources } from '../../harness/measure/merge-interval.ts'
import { type CellDelta, type IntervalSnapshot, NO_DISPATCH } from '../../harness/model/interval-snapshot.ts'
import type { MergedInterval } from '../../harness/model/merged-interval.ts'
import type { RunPlan } from '../../harness/model/plan.ts'
import { histogramOfMs } from './latencies.ts'

/** One second of one shard; say only what matters. */
export interface SecondShape {
  /** Response times of ok answers, ms. */
  readonly okMs?: readonly number[]
  /** Bad answers, 1 ms each. */
  readonly failed?: number
  readonly startDelayMs?: number
  readonly inFlight?: number
  readonly phase?: string
  /** The causes of bad answers. */
  readonly failures?: IntervalSnapshot['failures']
  readonly health?: Partial<IntervalSnapshot['health']>
  readonly target?: MergedInterval['target']
}

const CALM = {
  eventLoopUtilization: 0.3,
  loopDelayMaxMs: 5,
  gcPauseMaxMs: 1,
  gcTotalMs: 1,
  cpuRatio: 0.3,
  runQueueWaitRatio: 0.001,
}
const GENERATOR = { cpuCores: 0.3, rssBytes: 1e8, stealRatio: 0, clockStepMs: 0, machineCpuRatio: null }

/** Nothing was watched but the generator. */
export const NO_RESOURCES: IntervalResources = { generator: GENERATOR, target: null, probes: {} }

/** Second number `second` (from 0) of a run. */
export function aSnapshot(second: number, shape: SecondShape): IntervalSnapshot {
  const { okMs = [], failed = 0, phase = 'steady' } = shape
  const bad = Array.from({ length: failed }, () => 1)
  const cell = (metric: CellDelta['key']['metric'], values: readonly number[], outcome = ''): CellDelta => ({
    key: { phase, step: 'step', metric, outcome, component: '' },
    counts: histogramOfMs(values).counts,
    sumUs: values.reduce((sum, ms) => sum + ms * 1000, 0),
    overflowCount: 0,
    over: {},
  })
  const all = [...okMs, ...bad]
  const total = all.length
  return {
    runId: 'run',
    shard: 0,
    epoch: 0,
    sequence: second,
    startMs: second * 1000,
    endMs: (second + 1) * 1000,
    cells: [
      cell('response_time', okMs, 'ok'),
      cell('response_time', bad, 'failed'),
      cell('service_time', all),
      cell(
        'start_delay',
        all.map(() => shape.startDelayMs ?? 0.1),
      ),
    ].filter(({ counts }) => counts.length > 0),
    steps: [
      {
        phase,
        step: 'step',
        ok: okMs.length,
        failed,
        errored: 0,
        timedOut: 0,
        aborted: 0,
        started: total,
        retries: 0,
        untimed: 0,
        bytesSent: 0,
        bytesReceived: 0,
        statuses: {},
        failedStatuses: {},
        errors: failed > 0 ? { status: failed } : {},
      },
    ],
    dispatch: { ...NO_DISPATCH, planned: total, started: total, iterations: total },
    escalations: {},
    gauges: { activeAgents: 10, backlog: 0, inFlight: shape.inFlight ?? 1, regions: {} },
    health: { ...CALM, ...shape.health },
    spans: { answered: null, lost: null },
    slowest: [],
    failures: shape.failures ?? [],
    concurrency: [],
    checks: [],
    messages: [],
  }
}

/** The same, as people watch it. */
export function aMergedSecond(second: number, shape: SecondShape): MergedInterval {
  return new SnapshotMerger().add([aSnapshot(second, shape)], shape.phase ?? 'steady', {
    ...NO_RESOURCES,
    target: shape.target ?? null,
  })
}

/** The same, as the monitor gets it. */
export function aSecond(second: number, shape: SecondShape): LiveInterval {
  return liveIntervalOf([aSnapshot(second, shape)], aMergedSecond(second, shape))
}

/** Tells whoever watches a run of its seconds, as a load does. */
export class ToldLoad {
  readonly #merger = new SnapshotMerger()
  readonly #watch: { readonly onInterval: RunProgress['onInterval'] }
  readonly #plan: RunPlan

  constructor(watch: { readonly onInterval: RunProgress['onInterval'] }, plan: RunPlan) {
    this.#watch = watch
    this.#plan = plan
  }

  /** @param changes to the second as it is merged */
  second(second: number, shape: SecondShape, changes: Partial<MergedInterval> = {}): void {
    const snapshot = aSnapshot(second, shape)
    const used = { ...NO_RESOURCES, target: shape.target ?? null }
    const merged = this.#merger.add([snapshot], shape.phase ?? 'steady', used)
    const whole = () => this.#merger.view(this.#plan)
    this.#watch.onInterval({ ...merged, ...changes }, this.#plan, [snapshot], whole)
  }
}
