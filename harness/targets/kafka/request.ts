/** Requests of a Kafka target, compiled. */
import type { MakeTemplate, Template, VariableLookup } from '../../base/template.ts'
import { compileBody, type MakeBody } from '../payload.ts'
import type { KafkaRequest } from './schema.ts'

type Produce = KafkaRequest['produce']

/** A request, ready to be sent any number of times. */
export interface CompiledRequest {
  /** The name under which it is recorded. */
  readonly step: string
  readonly topic: Template
  /** Null: none, so that partitions take turns. */
  readonly key: Template | null
  readonly value: MakeBody
  readonly headers: readonly (readonly [string, Template])[]
  /** Undefined: by the key. */
  readonly partition: number | undefined
  readonly acks: Produce['acks']
  /** Messages to send at once. */
  readonly count: number
}

/** A message as the library takes it. */
export interface RenderedMessage {
  readonly key: string | null
  readonly value: Buffer
  readonly headers: Record<string, string | Buffer>
  readonly partition?: number
  /** Called with the partition to which it goes, before it is written. */
  onPartition?: (partition: number) => void
}

export function compileRequest({ produce }: KafkaRequest, step: string, make: MakeTemplate): CompiledRequest {
  const { topic, key, value, json, size, headers = {}, partition, acks, messages } = produce
  return {
    step,
    topic: make(topic),
    key: key === undefined ? null : make(key),
    value: compileBody({ payload: value, json, size }, make),
    headers: Object.entries(headers).map(([name, text]) => [name, make(text)] as const),
    partition,
    acks,
    count: messages,
  }
}

/** Fills the messages of a request in. @throws UnsetVariable */
export function renderMessages(
  { key, value, headers, partition, count }: CompiledRequest,
  variables: VariableLookup,
): RenderedMessage[] {
  const keyText = key === null ? null : key.render(variables)
  const body = value(variables)
  const texts = headers.map(([name, text]) => [name, text.render(variables)] as const)
  return Array.from({ length: count }, () => ({
    key: keyText,
    value: body,
    headers: Object.fromEntries(texts),
    ...(partition !== undefined && { partition }),
  }))
}
