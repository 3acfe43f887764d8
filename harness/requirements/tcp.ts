import * as z from 'zod'
import type { Written } from '../base/written.ts'
import type { RequirementPlugin } from '../ports/requirement.ts'
import type { RequirementRef, RequirementSettings } from './reference.ts'
import { host, port, withConnection } from './socket.ts'

const configSchema = z
  .strictObject({
    /** Host name or address. */
    host,
    /** TCP port. */
    port: port.describe('TCP port'),
  })
  .describe('A port that accepts connections')

/** Requires a service that accepts connections: `tcpCheck({ host: '127.0.0.1', port: 9092 })`. */
export function tcpCheck(
  config: Written<typeof configSchema>,
  settings: RequirementSettings = {},
): RequirementRef {
  return { plugin: 'tcp', config, ...settings }
}

/** The `tcp` plugin: whatever listens on a port, of whose protocol nothing is known. */
export const tcpPlugin: RequirementPlugin = {
  name: 'tcp',
  summary: 'a port that accepts connections',
  configSchema,
  hostsOf: (config) => [configSchema.parse(config).host],
  describe(config) {
    const at = configSchema.parse(config)
    return `tcp ${at.host}:${at.port}`
  },
  check: (config, { signal }) =>
    withConnection(configSchema.parse(config), signal, () => Promise.resolve('accepts connections')),
}
