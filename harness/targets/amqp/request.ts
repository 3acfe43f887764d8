/** Requests of an AMQP target, compiled. */
import type { MakeTemplate, Template, VariableLookup } from '../../base/template.ts'
import { compileBody, type MakeBody } from '../payload.ts'
import type { AmqpConfig, AmqpRequest } from './schema.ts'

type Text = (variables: VariableLookup) => string

/** A request, ready to be sent any number of times. */
export interface CompiledRequest {
  readonly awaits: 'nothing' | 'confirm' | 'reply' | 'message'
  /** The name under which it is recorded. */
  readonly step: string
  readonly exchange: Text
  /** The routing key, or the name of the queue. */
  readonly key: Text
  readonly body: MakeBody
  readonly headers: readonly (readonly [string, Template])[]
  readonly persistent: boolean
  readonly mandatory: boolean
  /** Tells whether the consumers of this target get what is published so. */
  readonly isConsumed: (exchange: string, key: string) => boolean
}

/** @param consume the consumers whose messages are accounted for; null for none */
export function compileRequest(
  { publish, rpc, get }: AmqpRequest,
  step: string,
  consume: AmqpConfig['consume'] | null,
  make: MakeTemplate,
): CompiledRequest {
  const key = textOf(make(publish?.routingKey ?? rpc?.queue ?? get ?? ''))
  const { exchange: bound = '', routingKey = consume?.queue } = consume?.bind ?? {}
  const plain = { step, key, exchange: () => '', headers: [], persistent: false, mandatory: false }
  if (publish === undefined) {
    const awaits = rpc === undefined ? 'message' : 'reply'
    return { ...plain, awaits, body: compileBody(rpc ?? {}, make), isConsumed: () => false }
  }
  return {
    ...plain,
    awaits: publish.confirm ? 'confirm' : 'nothing',
    exchange: textOf(make(publish.exchange)),
    body: compileBody(publish, make),
    headers: Object.entries(publish.headers ?? {}).map(([name, value]) => [name, make(value)] as const),
    persistent: publish.persistent,
    mandatory: publish.mandatory,
    isConsumed: (exchange, rendered) =>
      consume !== null && consume !== undefined && exchange === bound && rendered === routingKey,
  }
}

function textOf(template: Template): Text {
  const { constant } = template
  return constant === null ? (variables) => template.render(variables) : () => constant
}
