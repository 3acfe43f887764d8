import type { ObjectivePlan } from '../model/plan.ts'

/** What a run is judged by whose scenario states no objective. */
export const BUILT_IN_OBJECTIVES: readonly ObjectivePlan[] = [
  {
    expect: 'error_ratio <= 1%',
    fn: 'value',
    metric: 'error_ratio',
    labels: {},
    op: '<=',
    bound: 0.01,
    within: null,
    severity: 'major',
    role: 'core',
    minSamples: 1,
    onNoData: 'fail',
    rollback: null,
    watch: { windowMs: null, forMs: 0, graceMs: 0, abort: false },
    owner: null,
    runbook: null,
    impact: null,
    benefit: null,
    cost: null,
    builtIn: true,
  },
]
