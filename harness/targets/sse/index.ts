/** Servers that push events over HTTP: over the driver of http, whose answers are read while they come. */
import type { TargetPlugin } from '../../ports/target-plugin.ts'
import { httpConfigOf } from '../event-stream/config.ts'
import { httpPlugin } from '../http/index.ts'
import { nameOfRequest } from '../http/request-name.ts'
import { type SseConfig, type SseRequest, sseConfigSchema, sseRequestSchema } from './schema.ts'

/** The `sse` plugin. */
export const ssePlugin: TargetPlugin = {
  name: 'sse',
  configSchema: sseConfigSchema,
  requestSchema: sseRequestSchema,
  status: httpPlugin.status,
  connectionsOf: (config) => httpPlugin.connectionsOf(config),
  nameOf: (request) => nameOfRequest('SSE', (request as SseRequest).subscribe),
  hostsOf: (config) => httpPlugin.hostsOf(config),
  probe: (config, clock) => httpPlugin.probe(httpConfigOf(config as SseConfig), clock),
  createDriver: async (config, context) =>
    (await import('./driver.ts')).createSseDriver(config as SseConfig, context),
}
