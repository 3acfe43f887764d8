/** What enforces a run and puts the system back: the shared state, the event bus and the alerts of one run. */
import { isArmed } from '../analysis/rollback-decision.ts'
import type { RunPlan } from '../model/plan.ts'
import type { Host } from '../ports/host.ts'
import type { StateStore } from '../ports/state-store.ts'
import { openEventBus } from '../telemetry/bus/open-event-bus.ts'
import { createAlerting } from './alerting.ts'
import type { Enforcing } from './execute.ts'

export interface GuardParts {
  readonly plan: RunPlan
  readonly secrets: Readonly<Record<string, string>>
  readonly store: StateStore
  /** Where the store is: a bus belongs to it. */
  readonly location: string
  /** `--arm-rollback` */
  readonly armRollback: boolean
  readonly host: Host
  readonly note: (message: string) => void
}

/** @throws HarnessError USAGE, SECRET_MISSING, SCENARIO_INVALID */
export async function openGuard(parts: GuardParts): Promise<Enforcing> {
  const { plan, secrets, store, location, armRollback, host, note } = parts
  return {
    store,
    bus: await openEventBus(location),
    alerting: createAlerting({
      plan: plan.alerts,
      secrets,
      clock: host.clock,
      stderr: host.stderr,
      onWarning: note,
    }),
    isArmed: plan.rollback !== null && isArmed(plan.rollback, armRollback, host.env),
  }
}
