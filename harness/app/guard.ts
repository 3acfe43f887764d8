/** What enforces a run and puts the system back: the shared state, the event bus and the alerts of one run. */
import { isArmed } from '../analysis/rollback-decision.ts'
import type { Alert, AlertReport } from '../model/alert.ts'
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
  /** Null: only halts by others are heeded. */
  readonly enforce: { readonly armRollback: boolean } | null
  readonly host: Host
  readonly note: (message: string) => void
  readonly onAlert?: (alert: Alert) => void
}

export interface Guard extends Enforcing {
  /** Ends it; what became of the alerts, which are all sent by then or given up. Safe to repeat. */
  close(): Promise<AlertReport>
}

/** @throws HarnessError USAGE, SECRET_MISSING, SCENARIO_INVALID */
export async function openGuard(parts: GuardParts): Promise<Guard> {
  const { plan, secrets, store, location, enforce, host, note, onAlert } = parts
  const { clock, stderr } = host
  const alerts = enforce === null ? { channels: {}, routes: [] } : plan.alerts
  const alerting = createAlerting({ plan: alerts, secrets, clock, stderr, onWarning: note, onAlert })
  const bus = await openEventBus(location)
  return {
    store,
    bus,
    alerting,
    isWatching: enforce !== null,
    unheeded: null,
    isArmed:
      plan.rollback !== null && enforce !== null && isArmed(plan.rollback, enforce.armRollback, host.env),
    async close() {
      const report = await alerting.close()
      await bus.close()
      return report
    },
  }
}
