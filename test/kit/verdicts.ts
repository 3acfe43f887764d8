import { judge } from '../../harness/analysis/judge.ts'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import type { RunRecord } from '../../harness/model/run-record.ts'
import type { Verdict } from '../../harness/model/verdict.ts'
import { aStepRecord } from './step-records.ts'

const many = (times: number, ms: number) => Array.from({ length: times }, () => ms)

/** A run and what it came to, for reports. */
export interface JudgedRecord {
  readonly record: RunRecord
  readonly verdict: Verdict
}

function judged(record: RunRecord, inputs: readonly unknown[]): JudgedRecord {
  const { objectives } = parseObjectives(inputs, 'objectives')
  const files = { record: 'reports/test/run/run.json', verdict: 'reports/test/run/verdict.json' }
  return { record, verdict: judge(record, { objectives, strict: false, files }) }
}

/** NO-GO: asking is slow in every other second while the target has no CPU left, and paying fails. */
export function aBadRun(): JudgedRecord {
  const record = aStepRecord({
    intervals: 40,
    steps: {
      ask: (i) => ({ okMs: [...many(95, 20), ...many(5, i % 2 === 0 ? 20 : 1210)] }),
      pay: () => ({ okMs: many(45, 30), failed: 5 }),
    },
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

/** GO: everything is fast, and little of the budget is used. */
export function aGoodRun(): JudgedRecord {
  const record = aStepRecord({
    intervals: 40,
    steps: { ask: (i) => ({ okMs: [...many(99, 20), ...many(1, i % 5 === 0 ? 300 : 20)] }) },
    componentShares: { ask: { policy: 0.1, llm: 0.8 } },
  })
  return judged(record, ['p95(response_time) < 100ms', 'error_ratio < 1%', 'throughput > 50/s'])
}
