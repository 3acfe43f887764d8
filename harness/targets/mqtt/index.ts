/** MQTT 5 and 3.1.1: devices that publish and subscribe. */
import { hostsOfUrl } from '../../base/server-url.ts'
import type { TargetPlugin } from '../../ports/target-plugin.ts'
import { type MqttConfig, type MqttRequest, mqttConfigSchema, mqttRequestSchema } from './schema.ts'
import { mqttStatus } from './status.ts'

/** The `mqtt` plugin. */
export const mqttPlugin: TargetPlugin = {
  name: 'mqtt',
  configSchema: mqttConfigSchema,
  requestSchema: mqttRequestSchema,
  status: mqttStatus,
  connectionsOf: () => 'one',
  atUrl: (url) => (/^mqtts?:/i.test(url) ? { url } : null),
  nameOf: (request) => nameOfRequest(request as MqttRequest),
  hostsOf: (config) => hostsOfUrl((config as MqttConfig).url),
  channelOf(config) {
    const { consume } = config as MqttConfig
    if (consume === undefined) return null
    return { mode: consume.share === undefined ? 'each' : 'once', subscribers: consume.members }
  },
  async probe(config, clock) {
    const { probeMqtt } = await import('./probe.ts')
    return probeMqtt(config as MqttConfig, clock)
  },
  async createDriver(config, context) {
    const { MqttDriver } = await import('./driver.ts')
    return new MqttDriver(config as MqttConfig, context, nameOfRequest)
  },
}

function nameOfRequest({ publish, subscribe, await: awaited, connect }: MqttRequest): string {
  if (publish !== undefined) return `publish ${publish.topic}`
  if (subscribe !== undefined) return `subscribe ${subscribe.topic}`
  if (awaited !== undefined) return `await ${awaited.topic}`
  return connect === undefined ? 'disconnect' : 'connect'
}
