import { createHash } from 'node:crypto'
import type { RunPlan } from '../model/plan.ts'

/**
 * SHA-256 of the plan: same hash, same load. Where the targets are (URLs, ports, launch settings) is left out, so the
 * same scenario on two builds compares, and so are mocks that were not needed, who is told and what is done about a breach, who gets its figures, what is looked at, started, and what has to be there; everything that shapes the load, and the
 * objectives, is in. Secrets are not in
 * a plan to begin with.
 */
export function hashPlan(plan: RunPlan): string {
  const { workloads, ...withoutWorkloads } = plan
  const targets = Object.fromEntries(Object.entries(plan.targets).map(([name]) => [name, null]))
  return createHash('sha256')
    .update(
      canonicalJson({
        ...withoutWorkloads,
        ...loadOf(workloads),
        targets,
        mocks: undefined,
        mocked: plan.mocked?.map(({ target, by }) => ({ target, by })),
        plugins: plan.plugins?.map(({ name, integrity }) => ({ name, integrity })),
        builds: null,
        alerts: undefined,
        rollback: undefined,
        limits: undefined,
        probes: undefined,
        requires: undefined,
        outputs: undefined,
        services: undefined,
        visuals: undefined,
        loginRetry: plan.login === null ? undefined : plan.loginRetry,
        autoBaseline: false,
        allowHosts: [],
        allowCommands: undefined,
        environment: null,
      }),
    )
    .digest('hex')
}

/** One workload without a name hashes as it did before there were several: runs and baselines of then compare. */
function loadOf(workloads: RunPlan['workloads']): object {
  const [only] = workloads
  if (only === undefined || only.name !== undefined) return { workloads }
  const { startMs: _startMs, durationMs: _durationMs, ...workload } = only
  return { workload }
}

/** SHA-256 of what shapes the load but chance: runs of the same load hash compare, whatever their seed and objectives. */
export function hashLoad(plan: RunPlan): string {
  return hashPlan({ ...plan, seed: 0, objectives: [] })
}

/** JSON with keys in order, so that equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, entry: unknown) =>
    typeof entry === 'object' && entry !== null && !Array.isArray(entry)
      ? Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)))
      : entry,
  )
}
