/**
 * The allowed changes of the emergency state:
 *
 *   NORMAL -> ALERT -> HALT -> SHUTDOWN   it rises by any number of steps
 *   any    -> NORMAL                      it is resumed, all the way
 *
 * Every change has a reason, and the same state again is no change. It never falls by itself or by steps: whoever lets
 * load go on after a halt says so.
 */
import { HarnessError } from '../base/errors.ts'
import { EMERGENCY_STATES, type Emergency, type EmergencyName } from '../model/emergency.ts'

/**
 * Returns true when the wanted state differs from the current one. A corrupt current state (null) may be a halt: it can be
 * resumed or halted, but not turned into an alert.
 * @throws HarnessError USAGE when there is no reason, or the change is not allowed
 */
export function changesEmergency(current: EmergencyName | null, { state, reason }: Emergency): boolean {
  if (reason.trim() === '')
    throw new HarnessError('USAGE', `${state} needs a reason`, {
      hint: 'Give the reason with --reason, for everybody who finds load halted or resumed.',
    })
  if (state === current) return false
  if (state === 'NORMAL' || heightOf(state) > heightOf(current ?? 'ALERT')) return true
  throw new HarnessError('USAGE', `the state is ${current ?? 'unreadable'}; ${state} would lower it`, {
    hint: 'When the emergency is over: proofload emergency resume --reason <text>',
  })
}

function heightOf(state: EmergencyName): number {
  return EMERGENCY_STATES.indexOf(state)
}
