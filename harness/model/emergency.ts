/** The emergency state of everything that shares a state store. HALT and SHUTDOWN keep load from starting and stop what runs. */
import * as z from 'zod'

export const EMERGENCY_STATES = ['NORMAL', 'ALERT', 'HALT', 'SHUTDOWN'] as const
export type EmergencyName = (typeof EMERGENCY_STATES)[number]

/** Key of the state store. */
export const EMERGENCY_KEY = 'emergency'
/** List of the state store: every change, one JSON line each. */
export const EMERGENCY_AUDIT_KEY = 'emergency.audit'

export const emergencySchema = z.object({
  state: z.enum(EMERGENCY_STATES),
  /** The author of the change: user@host, or the run. */
  by: z.string(),
  /** ISO 8601 */
  at: z.string(),
  reason: z.string(),
  /** The correlation id of the run or the command that changed it. */
  correlationId: z.string(),
})
export type Emergency = z.infer<typeof emergencySchema>

/** The state where nobody has ever changed it. */
export const INITIAL_EMERGENCY: Emergency = {
  state: 'NORMAL',
  by: 'nobody',
  at: '1970-01-01T00:00:00.000Z',
  reason: 'never changed',
  correlationId: 'none',
}

/** Returns true when the state forbids load. */
export function stopsLoad(state: EmergencyName): boolean {
  return state === 'HALT' || state === 'SHUTDOWN'
}

/** Returns the author of a change made by a run at its own limit. */
export function byRun(runId: string): string {
  return `run ${runId}`
}
