/** The embedded target: a real HTTP server in its own process with a known law of timing, started for the run. */
import { z } from 'zod'
import type { TargetPlugin } from '../../ports/target.ts'
import { httpTarget } from '../http/index.ts'
import { faultsSchema } from './faults.ts'
import { launchSandbox } from './launch.ts'

const configSchema = z.strictObject({
  /** Of the sandbox's timing and faults; the run's seed when absent. */
  seed: z.int().optional(),
  faults: faultsSchema.default({}),
  /** 0 = any free one. */
  port: z.int().min(0).max(65_535).default(0),
})

/** Requests, connections and probes are those of the http target; this one adds the process that answers. */
export const sandboxTarget: TargetPlugin = {
  name: 'sandbox',
  configSchema,
  requestSchema: httpTarget.requestSchema,
  nameOf: (request) => httpTarget.nameOf(request),
  hostsOf: () => ['127.0.0.1'],

  async launch(config, { seed, scratchDir }) {
    const { faults, port, seed: ownSeed } = configSchema.parse(config)
    const { url, pid, stop } = await launchSandbox({ port, faults, scratchDir, seed: ownSeed ?? seed })
    return { config: { ...config, url }, pid, stop }
  },

  probe: (config, clock) =>
    config['url'] === undefined ? Promise.resolve(null) : httpTarget.probe(httpConfigOf(config), clock),

  createDriver: (config, context) => httpTarget.createDriver(httpConfigOf(config), context),
}

function httpConfigOf(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return httpTarget.configSchema.parse({ url: config['url'] })
}
