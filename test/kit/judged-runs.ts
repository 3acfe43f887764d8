/** Runs that were judged beside a baseline, for what is done about them. */
import { judge } from '../../harness/analysis/judge.ts'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import type { Comparison, ComparisonCheck } from '../../harness/model/comparison.ts'
import type { RunPlan } from '../../harness/model/plan.ts'
import type { RunRecord } from '../../harness/model/run-record.ts'
import type { Verdict } from '../../harness/model/verdict.ts'
import { aRecord } from './builders.ts'

/** A gate that regressed by three tenths. */
export const REGRESSED: ComparisonCheck = {
  step: null,
  metric: 'p50',
  time: 'response_time',
  state: 'REGRESSED',
  level: 'no-go',
  test: null,
  pAdjusted: 0.001,
  pairs: null,
  delta: 0.05,
  change: 0.297,
  serviceChange: null,
  detectable: 0.05,
  baselineCount: 3,
  candidateCount: 3,
  excluded: [],
}

/** A comparison with `main` that came to this, of a run that has to be believed by itself. */
export function aComparison(...checks: readonly ComparisonCheck[]): Comparison {
  const [first = REGRESSED] = checks
  return {
    baseline: 'main',
    level: first.level,
    believed: false,
    evidence: 'none',
    needs: null,
    reason: first.state,
    notes: [],
    checks: [...checks],
    steps: [],
    components: [],
  }
}

/** A run whose generator was in trouble: its times are not believed. */
export const DOUBTFUL: Partial<RunRecord> = {
  shards: [{ shard: 0, status: 'lost', message: 'the thread ran out of memory' }],
}

/** A run of a thousand quick answers, judged; say only what matters. */
export function aJudgedRun({
  expects = ['error_ratio < 1%'],
  comparison = null,
  plan = {},
  changes = {},
  okMs = Array.from({ length: 50 }, () => 20),
}: {
  readonly expects?: readonly unknown[]
  readonly comparison?: Comparison | null
  readonly plan?: Partial<RunPlan>
  readonly changes?: Partial<RunRecord>
  readonly okMs?: readonly number[]
}): { readonly record: RunRecord; readonly verdict: Verdict } {
  const { objectives } = parseObjectives(expects, 'objectives')
  const measured = aRecord({ okMs, objectives, changes })
  const record = { ...measured, plan: { ...measured.plan, ...plan } }
  return { record, verdict: judge(record, { comparison, strict: false }) }
}
