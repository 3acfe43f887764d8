import { judge } from '../../harness/analysis/judge.ts'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import type { Comparison, ComparisonCheck } from '../../harness/model/comparison.ts'
import { gateDemand } from '../../harness/model/demand.ts'
import type { ObjectiveEvent } from '../../harness/model/enforcement.ts'
import type { RollbackRecord } from '../../harness/model/rollback.ts'
import type { RunRecord } from '../../harness/model/run-record.ts'
import type { Verdict } from '../../harness/model/verdict.ts'
import type { VisualFinding } from '../../harness/model/visual.ts'
import { aDemand, aHostileDemand } from './demands.ts'
import { byHardName, HARD_NAMES } from './hard-names.ts'
import { aStepRecord } from './step-records.ts'
import { aVisual } from './visual-results.ts'

const many = (times: number, ms: number) => Array.from({ length: times }, () => ms)

/** A run and what it came to, for reports. */
export interface JudgedRecord {
  readonly record: RunRecord
  readonly verdict: Verdict
  readonly files?: Readonly<Record<string, string>>
}

function judged(
  record: RunRecord,
  inputs: readonly unknown[],
  comparison: Comparison | null = null,
): JudgedRecord {
  const { objectives } = parseObjectives(inputs, 'objectives')
  const files = { record: 'reports/test/run/run.json', verdict: 'reports/test/run/verdict.json' }
  return { record, verdict: judge(record, { objectives, comparison, strict: false }), files }
}

/** NO-GO: asking is slow in every other second while the target has no CPU left, and paying fails. */
export function aBadRun(): JudgedRecord {
  const record = aStepRecord({
    intervals: 40,
    steps: {
      ask: (i) => ({ okMs: [...many(95, 20), ...many(5, i % 2 === 0 ? 20 : 1210)] }),
      pay: () => ({ okMs: many(45, 30), failed: 5 }),
    },
    connectsMs: { ask: [3, 4, 5, 60], pay: [2, 8] },
    componentShares: { ask: { policy: 0.1, llm: 0.83 }, pay: { policy: 0.2 } },
    interval: (i) => ({
      target: { cpuCores: 2, rssBytes: 4e8, cpuRatio: i % 2 === 0 ? 0.5 : 0.97, memoryRatio: 0.2 },
    }),
  })
  return judged(record, [
    {
      expect: 'p99(response_time{step=ask}) < 100ms',
      severity: 'critical',
      owner: 'team-ai',
      runbook: 'https://runbooks.example/llm',
    },
    {
      expect: 'error_ratio < 1%',
      owner: 'team-payments',
      benefit: 40_000,
      cost: 10_000,
    },
    'share(response_time{step=ask} <= 2s) >= 99%',
    { expect: 'p95(service_time) < 2s', severity: 'warning' },
  ])
}

/** NO-GO: everything is fast, and the page is wrong. */
export function aWrongPageRun(): JudgedRecord {
  const record = aStepRecord({ intervals: 40, steps: { ask: () => ({ okMs: many(100, 20) }) } })
  const findings: VisualFinding[] = [
    {
      code: 'TILE_BELOW_BOUND',
      message: 'worst tile -0.339 at 64,136 in frame 1, bound >= 0.8',
      evidence: { ssimWorstTile: -0.339, bound: 0.8 },
    },
    { code: 'COLOUR_DIFFERS', message: 'colour differs by 40.2', evidence: { colourDifferenceMax: 40.2 } },
  ]
  return judged({ ...record, visuals: [aVisual(findings)] }, ['p99(response_time) < 1s', 'visual(homepage)'])
}

/** GO: everything is fast, and little of the budget is used. */
export function aGoodRun(): JudgedRecord {
  const record = aStepRecord({
    intervals: 40,
    steps: { ask: (i) => ({ okMs: [...many(99, 20), ...many(1, i % 5 === 0 ? 300 : 20)] }) },
    componentShares: { ask: { policy: 0.1, llm: 0.8 } },
  })
  return judged(record, ['p95(response_time) < 100ms', 'error_ratio < 1%', 'throughput > 50/s'])
}

function aCheck(changes: Partial<ComparisonCheck>): ComparisonCheck {
  return {
    step: null,
    metric: 'p50',
    time: 'response_time',
    state: 'OK',
    level: 'ok',
    test: null,
    pAdjusted: 0.4,
    pairs: null,
    delta: 0.1,
    change: 0.01,
    serviceChange: null,
    detectable: 0.08,
    baselineCount: 8,
    candidateCount: 5,
    excluded: [],
    ...changes,
  }
}

const ASK_P99 = 'p99(response_time{step=ask}) < 100ms'

/** A change of state of an objective: 12 s into a run of the year's first minute it is breached. */
export function aBreach(changes: Partial<ObjectiveEvent>): ObjectiveEvent {
  return {
    at: '2026-01-01T00:00:12.000Z',
    atMs: 12_004,
    sinceMs: 12_004,
    runId: 'run',
    correlationId: 'correlation',
    ...aDemand(ASK_P99),
    from: 'ok',
    to: 'pending',
    severity: 'critical',
    observed: 1210,
    windowMs: 10_000,
    sampleCount: 1000,
    annotations: {},
    ...changes,
  }
}

/** A rollback that succeeded, without its steps. */
export function aRollback(changes: Partial<RollbackRecord>): RollbackRecord {
  return {
    rollbackId: 'rollback-run',
    outcome: 'succeeded',
    message: 'default undone, the system is healthy',
    reasons: [],
    procedures: [],
    steps: [],
    startedAt: '2026-01-01T00:00:41.000Z',
    durationMs: 2000,
    plan: null,
    ...changes,
  }
}

/** NO-GO: slow from the twelfth second on and slower than the baseline; watched, and put back. */
export function aRegressedRun(): JudgedRecord {
  const named = { id: 'Answer p99', name: 'Answer p99' }
  const record = aStepRecord({
    intervals: 40,
    steps: {
      ask: (i) => ({ okMs: [...many(90, 20), ...many(10, i < 12 ? 20 : 400)] }),
      pay: () => ({ okMs: many(50, 30) }),
    },
    componentShares: { ask: { policy: 0.1, llm: 0.83 } },
    changes: {
      scenarioFile: 'scenarios/checkout.ts',
      enforcement: {
        events: [
          aBreach({ ...named }),
          aBreach({
            ...named,
            atMs: 17_010,
            from: 'pending',
            to: 'firing',
            annotations: { component: 'llm' },
          }),
        ],
        stop: null,
        requirements: [],
        alerts: null,
      },
      rollback: aRollback({
        reasons: [
          {
            kind: 'regression',
            ...gateDemand({ metric: 'p99', step: null }, 'main'),
            severity: 'major',
            procedure: 'default',
            message: 'p99 regressed against main: +1230.0 %',
          },
        ],
        steps: [
          {
            name: 'undo',
            outcome: 'succeeded',
            startedAt: '2026-01-01T00:00:41.000Z',
            durationMs: 1500,
            attempts: 1,
            message: 'default succeeded',
          },
        ],
      }),
    },
  })
  const comparison: Comparison = {
    baseline: 'main',
    level: 'no-go',
    believed: true,
    evidence: 'none',
    needs: null,
    reason: 'p99 regressed',
    notes: [],
    checks: [
      aCheck({}),
      aCheck({ metric: 'p99', state: 'REGRESSED', level: 'no-go', pAdjusted: 0.0004, change: 12.3 }),
      aCheck({ metric: 'throughput', state: 'SUSPECT', level: 'caution', pAdjusted: 0.08, change: 0.12 }),
    ],
    steps: [{ step: 'ask', metric: 'p99', change: 12.4, pAdjusted: 0.001 }],
    components: [{ component: 'llm', baselineUs: 16_000, candidateUs: 48_000, share: 0.9 }],
  }
  return judged(
    record,
    [{ name: 'Answer p99', expect: ASK_P99, severity: 'critical' }, 'error_ratio < 1%'],
    comparison,
  )
}

/** GO, and the median may have got worse. */
export function aSuspectRun(): JudgedRecord {
  const record = aStepRecord({ intervals: 40, steps: { ask: () => ({ okMs: many(100, 20) }) } })
  const check = aCheck({ state: 'SUSPECT', level: 'caution', change: 0.406 })
  return judged(record, ['p95(response_time) < 100ms'], {
    baseline: 'main',
    level: 'caution',
    believed: true,
    evidence: 'none',
    needs: null,
    reason: 'p50 may have regressed',
    notes: [],
    checks: [check],
    steps: [],
    components: [],
  })
}

/** NO-GO: an objective fired from the eighth second on, ended the load, and is missed by the run as a whole. */
export function aStoppedRun(): JudgedRecord {
  const expect = { expect: ASK_P99, severity: 'critical', abort: true, window: '10s' }
  const { objectives } = parseObjectives([expect], 'objectives')
  const stop = {
    by: 'objective' as const,
    objective: aDemand(ASK_P99),
    atMs: 14_000,
    reason: `${ASK_P99} is failing: 1.21s over the last 10s (1,000 samples)`,
  }
  const record = aStepRecord({
    intervals: 14,
    steps: { ask: (i) => ({ okMs: [...many(90, 20), ...many(10, i < 8 ? 20 : 1210)] }) },
    componentShares: { ask: { policy: 0.81, llm: 0.1 } },
    changes: {
      enforcement: {
        events: [aBreach({ atMs: 8_000 }), aBreach({ atMs: 14_000, from: 'pending', to: 'firing' })],
        stop,
        requirements: [],
        alerts: null,
      },
    },
  })
  return {
    record,
    verdict: judge({ ...record, plan: { ...record.plan, objectives } }, { strict: false }),
    files: {},
  }
}

/** INCONCLUSIVE: a shard was lost; one objective is proven, one is not, one nobody measured, one is missed but no gate. */
export function anInvalidRun(): JudgedRecord {
  const record = aStepRecord({
    intervals: 10,
    steps: { ask: () => ({ okMs: many(50, 20) }) },
    changes: { shards: [{ shard: 0, status: 'lost', message: 'the thread ran out of memory' }] },
  })
  return judged(record, [
    'p95(response_time) < 100ms',
    'share(response_time <= 50ms) >= 99.99%',
    'p99(response_time{step=nobody}) < 1s',
    { expect: 'p50(response_time) < 10ms', severity: 'warning' },
  ])
}

/** Means something to every format a report is in: markup, links, mentions, formulas, commands, terminals. */
export const HOSTILE =
  '=cmd|`x` ``y`` <script>alert(1)</script> @octocat #1 !2 [a](https://evil.example) ]]> ]]> "q" %0A \\| \u001b[31m\u009b\u202e\r\n::error::x'

/** NO-GO, and everything that may come from outside is hostile. */
export function aHostileRun(): JudgedRecord {
  const record = aStepRecord({
    intervals: 20,
    steps: { [HOSTILE]: () => ({ okMs: many(95, 400), failed: 5 }) },
    componentShares: { [HOSTILE]: { [HOSTILE]: 0.9 } },
    changes: {
      runId: HOSTILE,
      scenario: HOSTILE,
      scenarioFile: 'scenarios/a b,c:d%,#1.ts',
      planHash: HOSTILE,
      correlationId: HOSTILE,
      enforcement: {
        events: [aBreach({ ...aDemand('error_ratio < 1%'), annotations: { [HOSTILE]: HOSTILE } })],
        stop: null,
        requirements: [],
        alerts: null,
      },
      rollback: aRollback({
        outcome: 'failed',
        message: HOSTILE,
        reasons: [
          {
            kind: 'objective',
            ...aHostileDemand(HOSTILE),
            severity: 'major',
            procedure: HOSTILE,
            message: HOSTILE,
          },
        ],
        steps: [
          {
            name: 'undo',
            outcome: 'failed',
            startedAt: '2026-01-01T00:00:41.000Z',
            durationMs: 1500,
            attempts: 1,
            message: HOSTILE,
          },
        ],
      }),
      slowest: [
        {
          step: HOSTILE,
          requests: [
            {
              phase: 'steady',
              responseTimeMs: 400,
              serviceTimeMs: null,
              connectTimeMs: 12.5,
              atMs: 1,
              agent: 1,
              status: null,
              errorKind: HOSTILE,
              traceId: HOSTILE,
            },
          ],
        },
      ],
    },
  })
  const comparison: Comparison = {
    baseline: HOSTILE,
    level: 'no-go',
    believed: true,
    evidence: 'none',
    needs: null,
    reason: HOSTILE,
    notes: [],
    checks: [aCheck({ step: HOSTILE, metric: 'p99', state: 'REGRESSED', level: 'no-go', change: 2 })],
    steps: [{ step: HOSTILE, metric: 'p99', change: 2, pAdjusted: 0.001 }],
    components: [{ component: HOSTILE, baselineUs: 1000, candidateUs: 2000, share: 0.9 }],
  }
  return judged(
    record,
    [
      { expect: 'error_ratio < 1%', owner: HOSTILE, runbook: HOSTILE },
      { expect: 'p99(response_time) < 100ms', runbook: 'javascript:alert(1)' },
    ],
    comparison,
  )
}

/** NO-GO, and everything that has a name is called what objects inherit: steps, components, probes, kinds of errors. */
export function aHardNamesRun(): JudgedRecord {
  const sample = { cpuCores: 1, rssBytes: 1e8, cpuRatio: 0.5, memoryRatio: 0.1, value: 7 }
  const record = aStepRecord({
    intervals: 20,
    steps: byHardName(() => () => ({ okMs: many(95, 40), failed: 5 })),
    componentShares: byHardName(() => byHardName(() => 0.1)),
    interval: () => ({
      probes: byHardName(() => sample),
      regions: byHardName(() => 3),
      errors: byHardName(() => 5),
      components: byHardName(() => ({ count: 100, sumUs: 400_000 })),
    }),
    changes: { scenario: 'constructor' },
  })
  const steps = record.steps.map((counts) => ({ ...counts, errors: byHardName(() => 5) }))
  return judged({ ...record, steps, escalations: [{ phase: 'steady', kinds: byHardName(() => 2) }] }, [
    ...HARD_NAMES.map((name) => `p99(response_time{step=${name}}) < 10ms`),
    ...HARD_NAMES.map((name) => `p99(component_time{component=${name}}) < 1s`),
    ...HARD_NAMES.map((name) => `probe_value{probe=${name}} < 10`),
  ])
}

/** A run of every kind, by name. */
export const SAMPLE_RUNS: Readonly<Record<string, () => JudgedRecord>> = {
  go: aGoodRun,
  'no-go': aBadRun,
  regressed: aRegressedRun,
  inconclusive: anInvalidRun,
  hostile: aHostileRun,
  'hard-names': aHardNamesRun,
}
