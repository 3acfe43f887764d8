import { HarnessError, messageOf } from '../base/errors.ts'
import { type Emergency, stopsLoad } from '../model/emergency.ts'
import type { PreflightCheck, PreflightFinding } from '../ports/preflight.ts'

const NAME = 'emergency-halt'

/**
 * Refuses load while it is halted (`proofload emergency halt`), and when the emergency state cannot be read, as it may be a halt.
 */
export const emergencyHalt: PreflightCheck = {
  name: NAME,
  summary: 'nobody has halted load',
  async check({ emergency }) {
    try {
      return [findingOf(await emergency())]
    } catch (error) {
      return [
        {
          check: NAME,
          level: 'blocked',
          message: `the emergency state cannot be read: ${messageOf(error)}`,
          hint:
            (error instanceof HarnessError ? error.hint : undefined) ??
            'Repair the state store, or choose another one with --state.',
        },
      ]
    }
  },
}

function findingOf({ state, by, at, reason }: Emergency): PreflightFinding {
  const who = `by ${by} at ${at}: ${reason}`
  if (stopsLoad(state))
    return {
      check: NAME,
      level: 'blocked',
      message: `load is halted (${state}) ${who}`,
      hint: 'To allow load again: proofload emergency resume --reason <text>, with the same --state as this run.',
    }
  if (state === 'ALERT')
    return {
      check: NAME,
      level: 'advice',
      message: `an alert is set ${who}`,
      hint: 'Load may start. To clear the alert: proofload emergency resume --reason <text>',
    }
  return { check: NAME, level: 'ok', message: 'no halt is set' }
}
