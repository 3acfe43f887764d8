/** Success of the rollbacks of scenarios, and the time that they took. */
import { mean, median } from 'simple-statistics'
import type { StoredRollback } from '../model/history.ts'

export interface RollbackStats {
  readonly scenario: string
  /** Rollbacks that were begun. */
  readonly rollbacks: number
  readonly succeeded: number
  readonly failed: number
  /** Interrupted or unverified: nobody knows whether the system is healthy. */
  readonly unsettled: number
  /** Succeeded of all that were begun, 0 to 1: a success that nobody saw is none. */
  readonly successRatio: number
  /** From the trigger to the system verified healthy, ms, over those that succeeded; null: none did. */
  readonly meanRecoveryMs: number | null
  readonly medianRecoveryMs: number | null
}

/** One entry a scenario, in the order in which scenarios first appear. */
export function rollbackStatsOf(rollbacks: readonly StoredRollback[]): RollbackStats[] {
  const scenarios = new Set(rollbacks.map(({ scenario }) => scenario))
  return [...scenarios].map((name) =>
    statsOf(
      name,
      rollbacks.filter(({ scenario }) => scenario === name),
    ),
  )
}

function statsOf(scenario: string, rollbacks: readonly StoredRollback[]): RollbackStats {
  const count = (wanted: StoredRollback['outcome']) =>
    rollbacks.filter(({ outcome }) => outcome === wanted).length
  const times = rollbacks.flatMap(({ recoveryMs }) => recoveryMs ?? [])
  const [succeeded, failed] = [count('succeeded'), count('failed')]
  return {
    scenario,
    rollbacks: rollbacks.length,
    succeeded,
    failed,
    unsettled: rollbacks.length - succeeded - failed,
    successRatio: succeeded / rollbacks.length,
    meanRecoveryMs: times.length === 0 ? null : mean(times),
    medianRecoveryMs: times.length === 0 ? null : median(times),
  }
}
