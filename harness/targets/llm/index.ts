/** Language models behind OpenAI-compatible servers: streamed chat completions, over the driver of http. */
import type { TargetPlugin } from '../../ports/target-plugin.ts'
import { httpConfigOf } from '../event-stream/config.ts'
import { httpPlugin } from '../http/index.ts'
import { type LlmConfig, llmConfigSchema, llmRequestSchema } from './schema.ts'

/** The `llm` plugin. */
export const llmPlugin: TargetPlugin = {
  name: 'llm',
  configSchema: llmConfigSchema,
  requestSchema: llmRequestSchema,
  status: httpPlugin.status,
  connectionsOf: (config) => httpPlugin.connectionsOf(config),
  nameOf: () => 'chat',
  hostsOf: (config) => httpPlugin.hostsOf(config),
  probe: (config, clock) => httpPlugin.probe(httpConfigOf(config as LlmConfig), clock),
  createDriver: async (config, context) =>
    (await import('./driver.ts')).createLlmDriver(config as LlmConfig, context),
}
