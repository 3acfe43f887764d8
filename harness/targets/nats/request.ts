/** Requests of a NATS target, compiled: all of them publish a message, and wait for a reply in their own way. */
import type { MakeTemplate, Template, VariableLookup } from '../../base/template.ts'
import { compileBody, type MakeBody } from '../payload.ts'
import type { NatsRequest } from './schema.ts'
import { matchesSubject } from './subject.ts'

/** The kind of answer: none, a PONG, any reply, an acknowledgement of JetStream, a value of a bucket. */
export type Await = 'nothing' | 'flush' | 'reply' | 'ack' | 'value'

/** A request, ready to be sent any number of times. */
export interface CompiledRequest {
  readonly awaits: Await
  /** The name under which it is recorded. */
  readonly step: string
  readonly subject: (variables: VariableLookup) => string
  readonly body: MakeBody
  readonly headers: readonly (readonly [string, Template])[]
  /** Tells whether the consumers of this target get what is published on a subject. */
  readonly isConsumed: (subject: string) => boolean
}

/** @param filter the subject that consumers of the target have; null for none */
export function compileRequest(
  { publish, request, jetstream, kv }: NatsRequest,
  step: string,
  filter: string | null,
  make: MakeTemplate,
): CompiledRequest {
  if (kv?.get !== undefined) return compileGet(kv.get, step, make)
  if (kv?.put !== undefined) {
    const { bucket, key } = kv.put
    return message(
      { awaits: 'ack', step, subject: `$KV.${bucket}.${key}`, filter: null, settings: kv.put },
      make,
    )
  }
  const settings = publish ?? request ?? jetstream?.publish ?? { subject: '' }
  const awaits = awaitOf({ publish, request })
  return message(
    { awaits, step, subject: settings.subject, filter: request === undefined ? filter : null, settings },
    make,
  )
}

function awaitOf({ publish, request }: NatsRequest): Await {
  if (request !== undefined) return 'reply'
  if (publish === undefined) return 'ack'
  return publish.flush ? 'flush' : 'nothing'
}

interface MessageParts {
  readonly awaits: Await
  readonly step: string
  readonly subject: string
  readonly filter: string | null
  readonly settings: Parameters<typeof compileBody>[0] & {
    readonly headers?: Readonly<Record<string, string>> | undefined
  }
}

function message(
  { awaits, step, subject, filter, settings }: MessageParts,
  make: MakeTemplate,
): CompiledRequest {
  const template = make(subject)
  const { constant } = template
  const isConsumed =
    constant === null
      ? (rendered: string) => filter !== null && matchesSubject(filter, rendered)
      : always(filter !== null && matchesSubject(filter, constant))
  return {
    awaits,
    step,
    subject: constant === null ? (variables) => template.render(variables) : () => constant,
    body: compileBody(settings, make),
    headers: Object.entries(settings.headers ?? {}).map(([name, value]) => [name, make(value)] as const),
    isConsumed,
  }
}

/** Reads the last message of the stream that keeps the bucket. */
function compileGet(
  { bucket, key }: { readonly bucket: string; readonly key: string },
  step: string,
  make: MakeTemplate,
): CompiledRequest {
  const body = { json: { last_by_subj: `$KV.${bucket}.${key}` } }
  return message(
    { awaits: 'value', step, subject: `$JS.API.STREAM.MSG.GET.KV_${bucket}`, filter: null, settings: body },
    make,
  )
}

function always(value: boolean): () => boolean {
  return () => value
}
