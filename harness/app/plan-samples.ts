/** The requests that it takes to prove the objectives of a scenario. */
import { type Provability, provabilityOf } from '../analysis/provability.ts'
import type { RunPlan } from '../model/plan.ts'
import type { Host } from '../ports/host.ts'
import type { Overrides } from '../scenario/overrides.ts'
import { preparePlan } from './run/prepare.ts'

/** @throws HarnessError SCENARIO_* */
export async function planSamples(
  source: string,
  overrides: Overrides,
  host: Host,
): Promise<{ readonly plan: RunPlan; readonly found: readonly Provability[] }> {
  const { plan } = await preparePlan(source, overrides, host)
  return { plan, found: provabilityOf(plan) }
}
