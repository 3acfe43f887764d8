import * as assert from 'uvu/assert'
import { judge } from '../../harness/analysis/judge.ts'
import { METRICS } from '../../harness/analysis/metrics/catalogue.ts'
import { MESSAGE_METRICS } from '../../harness/analysis/metrics/message-metrics.ts'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import { MEASURES } from '../../harness/model/measures.ts'
import type { RunRecord } from '../../harness/model/run-record.ts'
import { aRecord } from '../kit/builders.ts'
import { histogramOfMs } from '../kit/latencies.ts'
import { describe } from '../kit/suite.ts'
import { aVisual } from '../kit/visual-results.ts'

/** Twenty seconds of 100 answers of 5 to 14 ms (mean 9.5) and two failures of 1 ms each, one of which timed out in the counts of the step. */
function aSmallRun(): RunRecord {
  const record = aRecord({
    okMs: Array.from({ length: 100 }, (_, i) => 5 + (i % 10)),
    failedPerInterval: 2,
    connectMs: 80,
    components: { policy: 3 },
    dispatch: {
      planned: 2_550,
      dropped: 408,
      cancelled: 102,
      lateStarts: 204,
      started: 2_295,
      failedJourneys: 510,
      failedByCode: 255,
    },
    changes: { visuals: [aVisual([])] },
    interval: (index) => ({
      target: { cpuCores: 0.5, rssBytes: 5e7 + index * 1e6, cpuRatio: 0.25, memoryRatio: 0.01 },
      probes: { db: { cpuCores: 0.2, rssBytes: 2e7, cpuRatio: 0.1, memoryRatio: 0.02, value: 3 } },
      backlog: 7,
    }),
  })
  const [step] = record.steps
  const [first] = record.cells
  return {
    ...record,
    cells: [
      ...record.cells,
      { ...first!, metric: 'ttfb', outcome: 'ok' },
      { ...first!, metric: 'group_time', step: 'checkout', outcome: 'ok' },
      { ...first!, metric: 'group_time', step: 'checkout', outcome: 'failed', count: 500 },
      { ...first!, metric: 'slo_attained', outcome: '', component: 'chat', count: 80, sumUs: 60 },
    ],
    steps: [{ ...step!, failed: 20, timedOut: 20, retries: 51, bytesSent: 10_000, bytesReceived: 40_000 }],
    escalations: [{ phase: step!.phase, kinds: { human: 6 } }],
    checks: [
      { phase: 'steady', check: 'in stock', passed: 30, failed: 10 },
      { phase: 'steady', check: 'cheap', passed: 40, failed: 0 },
    ],
  }
}

/** What an objective says of it, and the value by hand; percentiles and maxima would be the upper edge of a bucket. */
const VALUES = {
  'mean(response_time) < 1ms': 9.5,
  'mean(response_time{outcome=failed}) < 1ms': 1,
  'mean(response_time{outcome=any}) < 1ms': (100 * 9.5 + 2 * 1) / 102,
  'mean(service_time) < 1ms': 9.5,
  'mean(service_time{outcome=any}) < 1ms': (100 * 9.5 + 2 * 1) / 102,
  'mean(connect_time) < 1ms': 80,
  'mean(start_delay) < 1ms': 0.1,
  'mean(ttfb) < 1ms': 9.5,
  'rate(throughput) > 1/s': 102,
  'rate(goodput) > 1/s': 100,
  'slo_attainment{slo=chat} > 1%': 60 / 80,
  'mean(group_time{group=checkout}) < 1s': 9.5,
  'share(group_time{group=checkout} <= 1s) > 1%': 2_000 / 2_500,
  'group_failed_ratio{group=checkout} < 1%': 500 / 2_500,
  'slo_goodput{slo=chat} > 1/s': 60 / 20,
  'count(requests) > 1': 2_040,
  'count(iterations) > 1': 2_040,
  'error_ratio < 1%': 40 / 2_040,
  'failed_ratio < 1%': 20 / 2_040,
  'timeout_ratio < 1%': 20 / 2_040,
  'availability > 1%': 2_000 / 2_040,
  'journey_failed_ratio < 1%': 510 / 2_550,
  'code_failed_ratio < 1%': 255 / 2_550,
  'checks > 1%': 70 / 80,
  'checks{check="in stock"} > 1%': 30 / 40,
  'retry_ratio < 1%': 51 / 2_040,
  'downtime_ratio < 1%': 0,
  'drop_ratio < 1%': 408 / 2_550,
  'late_ratio < 1%': 204 / 2_295,
  'demand_met > 1%': 2_040 / 2_550,
  'plan_kept > 1%': 2_295 / 2_550,
  'throughput_kept > 1%': 1,
  'rate(bytes_sent) < 1B': 500,
  'rate(bytes_received) < 1B': 2_000,
  'active_agents < 1': 10,
  'backlog < 1': 7,
  'in_flight < 1': 2,
  'count(escalations) < 1': 6,
  'mean(component_time{component=policy}) < 1ms': 3,
  'component_share{component=policy} < 1%': 3 / ((100 * 9.5 + 2 * 1) / 102),
  'generator_cpu < 1': 0.3,
  'generator_memory < 1B': 1e8,
  'event_loop_utilization < 1%': 0.3,
  'event_loop_delay < 1ms': 5,
  'gc_pause < 1ms': 1,
  'run_queue_wait < 1%': 0.001,
  'target_cpu < 1': 0.5,
  'max(target_memory) < 1B': 6.9e7,
  'target_cpu_ratio < 1%': 0.25,
  'target_memory_ratio < 1%': 0.01,
  'rss_growth < 1B': 20 * 1e6,
  'probe_value{probe=db} < 1': 3,
  'probe_cpu{probe=db} < 1': 0.2,
  'probe_memory{probe=db} < 1B': 2e7,
  'visual_findings{visual=homepage} < 1': 0,
}

/**
 * Five seconds before a spike of five, and ten after it: for the first three of those answers take 100 ms instead of 10, and for
 * the first five 20 arrivals wait. Before the spike 2 requests are in flight, so that up to 7.2 are as before.
 */
function aSpike(): RunRecord {
  const record = aRecord({
    okMs: [10],
    interval: (index) => ({ backlog: index >= 10 && index < 15 ? 20 : 0 }),
  })
  const slow = histogramOfMs([100])
  const spans = [
    ['before', 0, 5],
    ['spike', 5, 10],
    ['after', 10, 20],
  ] as const
  return {
    ...record,
    plan: {
      ...record.plan,
      phases: spans.map(([name, fromS, toS]) => ({
        name,
        startMs: fromS * 1000,
        endMs: toS * 1000,
        measured: true,
      })),
    },
    intervals: record.intervals.map((interval, i) => ({
      ...interval,
      phase: spans.find(([, , toS]) => i < toS)?.[0] ?? '',
      steps: Object.fromEntries(
        Object.entries(interval.steps).map(([name, step]) => [
          name,
          i >= 10 && i < 13 ? { ...step, hdr: slow.encode() } : step,
        ]),
      ),
    })),
  }
}

const VALUES_OF_SPIKE = {
  'recovery_time{phase=spike} < 1ms': 3_000,
  'backlog_drain_time{phase=spike} < 1ms': 5_000,
}

describe('The metrics of a run computed by hand', (test) => {
  const cases = [
    ...Object.entries(VALUES).map((entry) => [aSmallRun, ...entry] as const),
    ...Object.entries(VALUES_OF_SPIKE).map((entry) => [aSpike, ...entry] as const),
  ]
  for (const [recordOf, expect, value] of cases) {
    test(`${expect.replace(/ [<>].*/, '')} is ${value}`, () => {
      const { objectives, problems } = parseObjectives([expect], 'objectives')
      assert.equal(problems, [])
      const run = recordOf()
      const verdict = judge({ ...run, plan: { ...run.plan, objectives } }, { strict: false })
      const observed = verdict.objectives[0]?.observed ?? Number.NaN
      assert.ok(Math.abs(observed - value) <= 1e-9 * Math.abs(value), `${observed}`)
    })
  }

  test('are all of the catalogue', () => {
    const named = cases.map(([, expect]) => /^(?:\w+\()?(\w+)/.exec(expect)?.[1] ?? '')
    // Those that targets bring are all alike: measure-metrics.test.ts.
    const common = [...METRICS.values()]
      .filter((metric) => !Object.hasOwn(MEASURES, metric.name) && !MESSAGE_METRICS.includes(metric))
      .map(({ name }) => name)
    assert.equal([...new Set(named)].sort(), common.sort())
  })
})
