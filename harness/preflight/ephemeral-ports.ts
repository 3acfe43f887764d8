import type { PreflightCheck } from '../ports/preflight.ts'
import { plannedConnections } from './planned-connections.ts'

const NAME = 'ephemeral-ports'
/** The share of the range that a run may use: closed connections hold their port for a minute. */
const USABLE_RATIO = 0.9

/** Checks that the number of local ports towards one address and port is sufficient. */
export const ephemeralPorts: PreflightCheck = {
  name: NAME,
  summary: 'there are local ports enough for the planned connections',
  check(context) {
    const { machine } = context
    const { needed, possible } = plannedConnections(context)
    const ports = machine.ephemeralPorts
    if (ports === null)
      return Promise.resolve([
        { check: NAME, level: 'ok', message: 'this system does not report its port range' },
      ])
    if (needed <= ports * USABLE_RATIO && possible > ports * USABLE_RATIO)
      return Promise.resolve([
        {
          check: NAME,
          level: 'advice',
          message: `${needed} of ${ports} ports needed, up to ${possible} if agents send several requests at once`,
          hint: 'Widen net.ipv4.ip_local_port_range, or set a lower `connectionsPerAgent`, if the code of this scenario does.',
        },
      ])
    if (needed <= ports * USABLE_RATIO)
      return Promise.resolve([{ check: NAME, level: 'ok', message: `${needed} of ${ports} ports needed` }])
    return Promise.resolve([
      {
        check: NAME,
        level: 'blocked',
        message: `the run needs ${needed} local ports, the range holds ${ports}`,
        hint: 'Widen net.ipv4.ip_local_port_range, share connections (`connections: n`), or spread the agents over several target addresses.',
      },
    ])
  },
}
