/** Asks the targets that have a mock, before anything is launched; the mock of one that is away takes its place. */
import { lookUp } from '../../base/names.ts'
import type { TargetPlan } from '../../model/plan.ts'
import type { PreflightContext, PreflightFinding } from '../../ports/preflight.ts'
import { type AwayTarget, applyMocks } from '../../scenario/apply-mocks.ts'
import { hashLoad, hashPlan } from '../../scenario/plan-hash.ts'
import type { PlannedLoad } from './launch-targets.ts'

/** The load with the mocks that it needs; the same one where all targets are there. @param context knows its secrets */
export async function chooseMocks(planned: PlannedLoad, context: PreflightContext): Promise<PlannedLoad> {
  const asked = await Promise.all(Object.keys(planned.plan.mocks ?? {}).map((name) => ask(name, context)))
  const away = asked.filter((answer) => answer !== null)
  if (away.length === 0) return planned
  const plan = applyMocks(planned.plan, away)
  return { ...planned, plan, planHash: hashPlan(plan), loadHash: hashLoad(plan) }
}

async function ask(name: string, { plan, target, clock }: PreflightContext): Promise<AwayTarget | null> {
  const { plugin, config } = lookUp(plan.targets, name) as TargetPlan
  const probe = await target(plugin).probe(config, clock)
  return probe === null || probe.reachable ? null : { target: name, why: probe.message }
}

/** Says which targets are mocked; nothing where none is. */
export function mockFindings({ plan: { mocked = [] } }: PlannedLoad): PreflightFinding[] {
  return mocked.map(({ target, by, why }) => ({
    check: 'target-reachable',
    level: 'advice',
    message: `${target}: ${why}; ${by} takes its place as a mock, so the run cannot end GO`,
    hint: 'Start the target, or pass --no-mocks to require it.',
  }))
}
