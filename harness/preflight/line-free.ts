import { HarnessError, messageOf } from '../base/errors.ts'
import { describeOwner, type LineOwner } from '../model/line.ts'
import type { PreflightCheck, PreflightFinding } from '../ports/preflight.ts'

const NAME = 'line-free'

/** Refuses load while another process holds the deploy lock: load during a rollback would disturb both. */
export const lineFree: PreflightCheck = {
  name: NAME,
  summary: 'no other run or rollback holds the deploy lock',
  async check({ line }) {
    try {
      return [findingOf(await line())]
    } catch (error) {
      return [
        {
          check: NAME,
          level: 'blocked',
          message: `the deploy lock cannot be read: ${messageOf(error)}`,
          hint:
            (error instanceof HarnessError ? error.hint : undefined) ??
            'Repair the state store, or choose another one with --state.',
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
    hint: 'See its progress: proofload rollback status, with the same --state as this run. If its process has died: proofload rollback resume RUN, or abort RUN --reason <text>, or, if the folder of its run is gone, release --reason <text>.',
  }
}
