/** Requests of an MQTT target, compiled. */
import type { MakeTemplate, Template, VariableLookup } from '../../base/template.ts'
import { compileBody, type MakeBody } from '../payload.ts'
import type { MqttRequest } from './schema.ts'
import { matchesTopic } from './topic.ts'

type Text = (variables: VariableLookup) => string

export interface PublishRequest {
  readonly kind: 'publish'
  readonly step: string
  readonly topic: Text
  readonly body: MakeBody
  readonly qos: 0 | 1 | 2
  readonly retain: boolean
  readonly properties: readonly (readonly [string, Template])[]
  /** Tells whether the consumers of this target get what is published on a topic. */
  readonly isConsumed: (topic: string) => boolean
}

export type CompiledRequest =
  | PublishRequest
  | { readonly kind: 'connect' | 'disconnect' }
  | { readonly kind: 'subscribe'; readonly topic: Text; readonly qos: 0 | 1 | 2 }
  | { readonly kind: 'await'; readonly topic: Text; readonly count: number }

/** @param filter the topic that consumers of the target have; null for none */
export function compileRequest(
  { publish, subscribe, await: awaited, connect }: MqttRequest,
  step: string,
  filter: string | null,
  make: MakeTemplate,
): CompiledRequest {
  if (publish !== undefined) {
    const { topic, qos, retain, properties = {} } = publish
    return {
      kind: 'publish',
      step,
      topic: textOf(make(topic)),
      body: compileBody(publish, make),
      qos,
      retain,
      properties: Object.entries(properties).map(([name, value]) => [name, make(value)] as const),
      isConsumed: (rendered) => filter !== null && matchesTopic(filter, rendered),
    }
  }
  if (subscribe !== undefined)
    return { kind: 'subscribe', topic: textOf(make(subscribe.topic)), qos: subscribe.qos }
  if (awaited !== undefined)
    return { kind: 'await', topic: textOf(make(awaited.topic)), count: awaited.count }
  return { kind: connect === undefined ? 'disconnect' : 'connect' }
}

function textOf(template: Template): Text {
  const { constant } = template
  return constant === null ? (variables) => template.render(variables) : () => constant
}
