/** The controls of one run: its alerts, its event bus, and whether breaches may end it or undo a deployment. */
import { type Arming, whyUnarmed } from '../../analysis/rollback-decision.ts'
import { HarnessError } from '../../base/errors.ts'
import type { AlertReport } from '../../model/alert.ts'
import type { RunPlan } from '../../model/plan.ts'
import type { EventBus } from '../../ports/event-bus.ts'
import { openEventBus } from '../../telemetry/bus/open-event-bus.ts'
import { type Alerting, createAlerting } from './alerting.ts'
import type { RunContext } from './context.ts'
import { openAlerts } from './open-alerts.ts'
import type { Enforce } from './request.ts'

export interface RunControls {
  readonly bus: EventBus
  readonly alerting: Alerting
  /** False: only halts by others end the load. */
  readonly isWatching: boolean
  /** True: a NO-GO is alerted and answered by the rollback that its causes ask for. */
  readonly isActing: boolean
  /** The reason why nothing is undone. Null: the rollback is armed, and an objective that asks for it ends the load. */
  readonly unarmed: string | null
  /** Sends what is queued and closes the bus; the report says what became of the alerts. Safe to repeat. */
  close(): Promise<AlertReport>
}

/** @throws HarnessError USAGE when there is nothing to arm */
export function requireRollback({ rollback, scenario }: RunPlan): void {
  if (rollback !== null) return
  throw new HarnessError('USAGE', `--arm-rollback: ${scenario} does not define a rollback`, {
    hint: "Add rollback: { procedures: { default: command(['./undo.sh']) } } to the scenario, or leave the flag out.",
  })
}

/**
 * Opens the controls of a load.
 * @param enforce null: only halts by others end the load
 * @throws HarnessError USAGE, SECRET_MISSING, SCENARIO_INVALID
 */
export async function openRunControls(
  { host, note, progress, stop, store, stateLocation }: RunContext,
  plan: RunPlan,
  secrets: Readonly<Record<string, string>>,
  enforce: Enforce | null,
): Promise<RunControls> {
  // What a mock does is told nobody, and undoes nothing.
  const acting = enforce === 'watch' || plan.mocked !== undefined ? null : enforce
  if (acting?.arming === 'asked') requireRollback(plan)
  const unarmed = unarmedOf(plan, acting, host.env)
  if (acting?.arming === 'asked' && unarmed !== null) note(`--arm-rollback has no effect: ${unarmed}`)
  const alerts = acting === null ? { channels: {}, routes: [] } : plan.alerts
  // Where nobody is told of anything, there is nothing to remember.
  const open = Object.keys(alerts.channels).length === 0 ? null : await openAlerts(store, plan.scenario, note)
  const alerting = createAlerting({
    plan: alerts,
    secrets,
    known: open?.known ?? [],
    clock: host.clock,
    stderr: host.stderr,
    onWarning: note,
    onAlert(alert) {
      progress.onAlert(alert)
      open?.keep(alert)
    },
    giveUp: stop.abortSignal,
  })
  const bus = await openEventBus(stateLocation)
  return {
    bus,
    alerting,
    isWatching: enforce !== null,
    isActing: acting !== null,
    unarmed,
    async close() {
      const report = await alerting.close()
      await open?.settled()
      await bus.close()
      return report
    },
  }
}

function unarmedOf(
  { rollback }: RunPlan,
  acting: { readonly arming: Arming } | null,
  env: Readonly<Record<string, string | undefined>>,
): string | null {
  if (rollback === null || acting === null) return 'there is nothing to arm'
  return whyUnarmed(rollback, acting.arming, env)
}
