/** The embedded target: a real HTTP server in its own process with a known law of timing, started for the run. */
import type { TargetPlugin } from '../../ports/target.ts'
import { httpTarget } from '../http/index.ts'
import { launchSandbox } from './launch.ts'
import { sandboxOptionsSchema } from './launch-protocol.ts'

/** What a scenario may say; the run's own seed stands in for an absent one. */
const configSchema = sandboxOptionsSchema.omit({ scratchDir: true }).partial({ seed: true })

/** Requests, connections and probes are those of the http target; this one adds the process that answers. */
export const sandboxTarget: TargetPlugin = {
  name: 'sandbox',
  configSchema,
  requestSchema: httpTarget.requestSchema,
  nameOf: (request) => httpTarget.nameOf(request),
  hostsOf: () => ['127.0.0.1'],

  async launch(config, { seed, scratchDir }) {
    const { seed: ownSeed = seed, ...options } = configSchema.parse(config)
    const { url, pid, stop } = await launchSandbox({ ...options, seed: ownSeed, scratchDir })
    return { config: { ...config, url }, pid, stop }
  },

  probe: (config, clock) => {
    const { url } = config
    return url === undefined ? Promise.resolve(null) : httpTarget.probe(httpConfigAt(url), clock)
  },

  createDriver: ({ url }, context) => httpTarget.createDriver(httpConfigAt(url), context),
}

function httpConfigAt(url: unknown): Record<string, unknown> {
  return httpTarget.configSchema.parse({ url })
}
