/** Web pages in a real browser, act by act. */
import { availableParallelism } from 'node:os'
import type { TargetFinding, TargetPlugin } from '../../ports/target-plugin.ts'
import { parseEndpoint } from '../http/endpoint.ts'
import { httpPlugin } from '../http/index.ts'
import { httpStatus } from '../http/status.ts'
import { nameOfAct } from './act-name.ts'
import { findChromium } from './find-chromium.ts'
import {
  AGENTS_PER_CORE,
  type BrowserConfig,
  type BrowserRequest,
  browserConfigSchema,
  browserRequestSchema,
} from './schema.ts'

/** The `browser` plugin. */
export const browserPlugin: TargetPlugin = {
  name: 'browser',
  configSchema: browserConfigSchema,
  requestSchema: browserRequestSchema,
  status: httpStatus,
  connectionsOf: () => 'none',
  nameOf: (request) => nameOfAct(request as BrowserRequest),
  hostsOf: (config) => {
    const { url, hosts } = config as BrowserConfig
    return [parseEndpoint(url).host, ...hosts]
  },
  preflight: (config, { agents }) => Promise.resolve(findingsOf(config as BrowserConfig, agents)),
  probe: (config, clock) => {
    const { url, verify } = config as BrowserConfig
    return httpPlugin.probe(httpPlugin.configSchema.parse({ url, tls: { verify } }), clock)
  },
  createDriver: async (config, context) => {
    const { BrowserDriver } = await import('./driver.ts')
    return new BrowserDriver(config as BrowserConfig, context)
  },
}

function findingsOf(
  { executable = findChromium() ?? undefined, oversubscribe }: BrowserConfig,
  agents: number,
): TargetFinding[] {
  const findings: TargetFinding[] = []
  if (executable === undefined)
    findings.push({
      level: 'blocked',
      message: 'neither chromium nor Chrome is installed',
      hint: 'Install one (apt-get install chromium), or name a browser by config.executable.',
    })
  const most = AGENTS_PER_CORE * availableParallelism()
  if (agents > most && !oversubscribe)
    findings.push({
      level: 'blocked',
      message: `${agents} browsers of agents on ${availableParallelism()} cores would slow each other down`,
      hint: `Use at most ${most} agents, or set config.oversubscribe: true and look at the CPU of the machine.`,
    })
  return findings
}
