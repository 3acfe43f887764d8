/** The embedded target: a real HTTP server in its own process with a known law of timing, started for the run. */
import type { TargetPlugin } from '../../ports/target-plugin.ts'
import { httpPlugin } from '../http/index.ts'
import { launchSandbox } from './launch.ts'
import { operationsStep } from './operations.ts'
import { sandboxConfigSchema } from './schema.ts'

/** Requests, connections and probes are those of the http target; this one adds the process that answers. */
export const sandboxPlugin: TargetPlugin = {
  name: 'sandbox',
  configSchema: sandboxConfigSchema,
  requestSchema: httpPlugin.requestSchema,
  steps: [operationsStep],
  status: httpPlugin.status,
  connectionsOf: () => 'several',
  nameOf: (request) => httpPlugin.nameOf(request),
  hostsOf: () => ['127.0.0.1'],
  // One that has a URL runs already, and holds its port itself.
  portsOf: ({ port, url }) => (url === undefined && typeof port === 'number' && port > 0 ? [port] : []),
  phasesOf: (config) => {
    const { faults } = sandboxConfigSchema.parse(config)
    return Array.isArray(faults) ? faults.flatMap(({ phase }) => phase ?? []) : []
  },

  async launch(config, { seed, scratchDir }) {
    const { seed: ownSeed = seed, ...options } = sandboxConfigSchema.parse(config)
    const { url, pid, beginLoad, stop } = await launchSandbox({ ...options, seed: ownSeed, scratchDir })
    return { config: { ...config, url }, pid, beginLoad, stop }
  },

  probe: (config, clock) => {
    const { url } = config
    return url === undefined ? Promise.resolve(null) : httpPlugin.probe(httpConfigAt(url), clock)
  },

  createDriver: ({ url }, context) => httpPlugin.createDriver(httpConfigAt(url), context),
}

function httpConfigAt(url: unknown): Record<string, unknown> {
  return httpPlugin.configSchema.parse({ url })
}
