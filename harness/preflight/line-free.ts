import { HarnessError, messageOf } from '../base/errors.ts'
import { describeOwner, type LineOwner } from '../model/line.ts'
import type { PreflightCheck, PreflightFinding } from '../ports/preflight.ts'

const NAME = 'line-free'

/** Load in the middle of a rollback would spoil both: a line that somebody has stopped keeps it from starting. */
export const lineFree: PreflightCheck = {
  name: NAME,
  summary: 'nobody else is putting a system back (stop-the-line lock)',
  async check({ line }) {
    try {
      return [findingOf(await line())]
    } catch (error) {
      return [
        {
          check: NAME,
          level: 'blocked',
          message: `the stop-the-line lock cannot be read: ${messageOf(error)}`,
          hint:
            (error instanceof HarnessError ? error.hint : undefined) ??
            'Mend the state store, or choose another with --state.',
        },
      ]
    }
  },
}

function findingOf(owner: LineOwner | null): PreflightFinding {
  if (owner === null) return { check: NAME, level: 'ok', message: 'the deploy lock is free' }
  return {
    check: NAME,
    level: 'blocked',
    message: `the deploy lock is held by ${describeOwner(owner)}`,
    hint: 'See how far it is: proofload rollback status, with the same --state as this run. When its process is dead: proofload rollback resume RUN, abort RUN --reason <text>, or, where its folder is gone, release --reason <text>.',
  }
}
