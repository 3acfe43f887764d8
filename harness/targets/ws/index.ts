/** WebSocket servers. */
import type { DriverContext, TargetDriver } from '../../ports/target.ts'
import type { TargetFinding, TargetPlugin } from '../../ports/target-plugin.ts'
import { NOBODY_THERE } from '../http/probe.ts'
import { probeOnce } from '../probe-once.ts'
import { parseWsEndpoint } from './endpoint.ts'
import { nameOfWsRequest } from './request-name.ts'
import { type WsConfig, type WsRequestDocument, wsConfigSchema, wsRequestSchema } from './schema.ts'
import { wsStatus } from './status.ts'

const OWN_SESSIONS: TargetFinding = {
  level: 'advice',
  message: 'connections are not shared: each agent has a session of its own',
  hint: 'Leave `connections` out for this target.',
}

/** The `ws` plugin. */
export const wsPlugin: TargetPlugin = {
  name: 'ws',
  configSchema: wsConfigSchema,
  requestSchema: wsRequestSchema,
  status: wsStatus,
  connectionsOf: () => 'one',
  atUrl: (url) => (/^wss?:/i.test(url) ? { url } : null),
  nameOf: (request) => nameOfWsRequest(request as WsRequestDocument),
  problemsOf(config, request) {
    const { broadcast } = request as WsRequestDocument
    return broadcast === undefined || (config as WsConfig).consume !== undefined
      ? []
      : ['what is broadcast needs `consume` of the target, which accounts for it']
  },
  channelOf(config) {
    const { consume } = config as WsConfig
    return consume === undefined ? null : { mode: 'each', subscribers: consume.members }
  },
  hostsOf: (config) => [parseWsEndpoint((config as WsConfig).url).host],
  preflight: (_, { connections }) => Promise.resolve(connections === null ? [] : [OWN_SESSIONS]),
  probe(config, clock) {
    const { url } = config as WsConfig
    const lone = {
      createDriver: (context: DriverContext) => createDriver(config as WsConfig, context),
      request: { open: '' },
      clock,
    }
    return probeOnce(url, lone, ({ status }) => ({
      reachable: !NOBODY_THERE.has(status),
      text: `a handshake with ${url} was answered ${status}`,
    }))
  },
  createDriver: (config, context) => createDriver(config as WsConfig, context),
}

/** The library is loaded here, by runs that use it. */
async function createDriver(config: WsConfig, context: DriverContext): Promise<TargetDriver> {
  const { WsDriver } = await import('./driver.ts')
  return new WsDriver(config, context)
}
