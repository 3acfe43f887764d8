/** What enforces a run and puts the system back: the shared state, the event bus and the alerts of one run. */
import { type Arming, whyUnarmed } from '../../analysis/rollback-decision.ts'
import { HarnessError } from '../../base/errors.ts'
import type { Alert, AlertReport } from '../../model/alert.ts'
import type { RunPlan } from '../../model/plan.ts'
import type { Host } from '../../ports/host.ts'
import type { StateStore } from '../../ports/state-store.ts'
import { openEventBus } from '../../telemetry/bus/open-event-bus.ts'
import { createAlerting } from './alerting.ts'
import type { Enforcing } from './execute.ts'

/** What is done about breaches: told and, armed, undone; or the load is ended where they may end it, and that is all. */
export type Enforce = { readonly arming: Arming } | 'watch'

export interface GuardParts {
  readonly plan: RunPlan
  readonly secrets: Readonly<Record<string, string>>
  readonly store: StateStore
  /** Where the store is: a bus belongs to it. */
  readonly location: string
  /** Null: only halts by others are heeded. */
  readonly enforce: Enforce | null
  readonly host: Host
  readonly note: (message: string) => void
  readonly onAlert?: (alert: Alert) => void
  /** Aborted, alerts are no longer waited for. */
  readonly giveUp: AbortSignal
}

export interface Guard extends Enforcing {
  /** Why nothing is undone; null: it is armed. */
  readonly unarmed: string | null
  /** Ends it; what became of the alerts, which are all sent by then or given up. Safe to repeat. */
  close(): Promise<AlertReport>
}

/** @throws HarnessError USAGE when there is nothing to arm */
export function requireRollback({ rollback, scenario }: RunPlan): void {
  if (rollback !== null) return
  throw new HarnessError('USAGE', `--arm-rollback: ${scenario} does not say how to put the system back`, {
    hint: "Add rollback: { procedures: { default: command(['./undo.sh']) } } to the scenario, or leave the flag out.",
  })
}

/** @throws HarnessError USAGE, SECRET_MISSING, SCENARIO_INVALID */
export async function openGuard(parts: GuardParts): Promise<Guard> {
  const { plan, secrets, store, location, enforce, host, note, onAlert, giveUp } = parts
  const acting = enforce === 'watch' ? null : enforce
  if (acting?.arming === 'asked') requireRollback(plan)
  const unarmed = unarmedOf(plan, acting, host)
  if (acting?.arming === 'asked' && unarmed !== null) note(`--arm-rollback is of no effect: ${unarmed}`)
  const { clock, stderr } = host
  const alerts = acting === null ? { channels: {}, routes: [] } : plan.alerts
  const alerting = createAlerting({ plan: alerts, secrets, clock, stderr, onWarning: note, onAlert, giveUp })
  const bus = await openEventBus(location)
  return {
    store,
    bus,
    alerting,
    isWatching: enforce !== null,
    unheeded: null,
    unarmed,
    isArmed: unarmed === null,
    async close() {
      const report = await alerting.close()
      await bus.close()
      return report
    },
  }
}

function unarmedOf(
  { rollback }: RunPlan,
  acting: Exclude<Enforce, 'watch'> | null,
  { env }: Host,
): string | null {
  if (rollback === null || acting === null) return 'there is nothing to arm'
  return whyUnarmed(rollback, acting.arming, env)
}
