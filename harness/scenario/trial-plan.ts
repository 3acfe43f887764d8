/** The plan of a trial: one agent walks one journey of a scenario so many times, from its login on; all else is as in a run. */
import type { RunPlan, WorkloadPlan } from '../model/plan.ts'

/** The longest time of a trial. */
export const TRIAL_LIMIT_MS = 600_000

/** @param journey name of one of its journeys */
export function trialPlan(plan: RunPlan, journey: string, iterations: number): RunPlan {
  const walks = ({ journeys }: WorkloadPlan) => journeys?.some(({ name }) => name === journey) ?? true
  const {
    burstiness: _burstiness,
    name: _name,
    journeys: _journeys,
    ...workload
  } = plan.workloads.find(walks) ?? (plan.workloads[0] as WorkloadPlan)
  return {
    ...plan,
    durationMs: TRIAL_LIMIT_MS,
    phases: [{ name: 'trial', startMs: 0, endMs: TRIAL_LIMIT_MS, measured: true }],
    workloads: [
      {
        ...workload,
        startMs: 0,
        durationMs: TRIAL_LIMIT_MS,
        model: 'closed',
        curve: { kind: 'constant', value: 1, durationMs: TRIAL_LIMIT_MS },
        arrivals: 'constant',
        instantsMs: null,
        agents: 1,
        pacingMs: 0,
        join: null,
        iterations: { count: iterations, of: 'run' },
        session: { journeys: null, pause: { minMs: 0, maxMs: 0 } },
        expectedIterations: iterations,
      },
    ],
    journeys: plan.journeys.filter(({ name }) => name === journey),
    // A login that fails is not tried again: it is what was to be found.
    loginRetry: { backoffMs: TRIAL_LIMIT_MS, maxBackoffMs: TRIAL_LIMIT_MS },
    objectives: [],
    limits: [],
  }
}
