import type { PreflightCheck } from '../ports/preflight.ts'
import { plannedConnections } from './planned-connections.ts'

const NAME = 'open-files'
/** The number of files that a run needs besides its connections. */
const RESERVE = 200

/** Checks the limit of open files: every connection is one, and beyond the limit connecting fails with EMFILE. */
export const openFiles: PreflightCheck = {
  name: NAME,
  summary: 'the open-file limit leaves room for the planned connections',
  check(context) {
    const { machine } = context
    const planned = plannedConnections(context)
    const needed = planned.needed + RESERVE
    const possible = planned.possible + RESERVE
    const limit = machine.openFilesLimit
    if (limit === null)
      return Promise.resolve([{ check: NAME, level: 'ok', message: 'this system does not report its limit' }])
    if (needed <= limit && possible > limit)
      return Promise.resolve([
        {
          check: NAME,
          level: 'advice',
          message: `${needed} of ${limit} open files needed, up to ${possible} if agents send several requests at once`,
          hint: `Raise the limit with \`ulimit -n ${possible}\`, or set a lower \`connectionsPerAgent\`, if the code of this scenario does.`,
        },
      ])
    if (needed <= limit)
      return Promise.resolve([
        { check: NAME, level: 'ok', message: `${needed} of ${limit} open files needed` },
      ])
    return Promise.resolve([
      {
        check: NAME,
        level: 'blocked',
        message: `the run needs ${needed} open files, the limit is ${limit}`,
        hint: `Raise it with \`ulimit -n ${needed}\`, or share connections with \`connections: ${Math.max(1, limit - RESERVE)}\` in the scenario.`,
      },
    ])
  },
}
