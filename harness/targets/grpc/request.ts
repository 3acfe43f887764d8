/** A call as its driver makes it: compiled once, its messages encoded once where they have no variables. */
import { Metadata } from '@grpc/grpc-js'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { encodeInJsonString, type MakeTemplate, Template, type VariableLookup } from '../../base/template.ts'
import { parseDurationMs } from '../../base/units.ts'
import { compileJsonPath, type FindInJson } from '../../expectations/json-path.ts'
import type { GrpcMethod } from './method.ts'
import type { Methods } from './methods.ts'
import { methodOf } from './request-name.ts'
import type { GrpcRequestDocument } from './schema.ts'

/** A message to send. */
export interface Outgoing {
  readonly bytes: Buffer
  /** The field by which its answer is found; undefined where nothing pairs them so. */
  readonly id: unknown
}

/** The end of a stream of answers: after so many messages, after so long, or the server's own. */
export type Until = { readonly messages: number } | { readonly forMs: number } | null

/** Pairs answers with what was sent: in order, or by a field that both hold. */
export type Match = 'order' | FindInJson | null

export interface GrpcRequest {
  readonly method: GrpcMethod
  /** @param index place of the message in its stream, from 0 @throws UnsetVariable, Error when the message does not fit */
  readonly message: (variables: VariableLookup, index: number) => Outgoing
  /** Messages to send. */
  readonly count: number
  /** 0 = one after the other. */
  readonly everyMs: number
  readonly until: Until
  readonly match: Match
  /** @throws UnsetVariable */
  readonly metadata: (variables: VariableLookup) => Metadata
}

const KINDS = {
  unary: { requestStream: false, responseStream: false },
  serverStream: { requestStream: false, responseStream: true },
  clientStream: { requestStream: true, responseStream: false },
  bidi: { requestStream: true, responseStream: true },
} as const

/** Makes the calls of one target. */
export class RequestFactory {
  readonly #methods: Methods
  readonly #metadata: Readonly<Record<string, string>>

  /** @param metadata of every call */
  constructor(methods: Methods, metadata: Readonly<Record<string, string>>) {
    this.#methods = methods
    this.#metadata = metadata
  }

  /** @param make `Template.parse` for steps, `Template.ofCode` for code @throws HarnessError SCENARIO_INVALID */
  make(document: GrpcRequestDocument, make: MakeTemplate): GrpcRequest {
    const method = this.#methods.get(methodOf(document))
    requireKind(document, method)
    const { send, until, match, metadata = {} } = document
    const pairs = matchOf(match)
    return {
      method,
      message: messageMaker(method, send?.message ?? document.message ?? {}, pairs, make),
      count: send?.count ?? 1,
      everyMs: send?.every === undefined ? 0 : parseDurationMs(send.every),
      until: untilOf(until),
      match: pairs,
      metadata: metadataMaker(this.#metadata, metadata, make),
    }
  }
}

function requireKind(document: GrpcRequestDocument, method: GrpcMethod): void {
  const kind = (['unary', 'serverStream', 'clientStream', 'bidi'] as const).find((name) => {
    const { requestStream, responseStream } = KINDS[name]
    return requestStream === method.requestStream && responseStream === method.responseStream
  })
  if (kind === undefined || document[kind] !== undefined) return
  throw new HarnessError('SCENARIO_INVALID', `${method.name} is a method of another kind`, {
    hint: `Write ${kind}: ${method.name}.`,
  })
}

function untilOf(until: GrpcRequestDocument['until']): Until {
  if (until === undefined || 'end' in until) return null
  return 'messages' in until ? until : { forMs: parseDurationMs(until.for) }
}

function matchOf(match: string | undefined): Match {
  if (match === undefined) return null
  return match === 'order' ? 'order' : compileJsonPath(match.slice('json:'.length))
}

function messageMaker(
  method: GrpcMethod,
  message: Readonly<Record<string, unknown>>,
  match: Match,
  make: MakeTemplate,
): GrpcRequest['message'] {
  requireFields(method, message)
  const template = make(JSON.stringify(message), encodeInJsonString)
  const encode = (fields: object): Outgoing => ({
    bytes: method.encode(fields),
    id: typeof match === 'function' ? match(fields) : undefined,
  })
  if (template.constant !== null) {
    const constant = encodedNow(method, () => encode(message))
    return () => constant
  }
  return (variables, index) =>
    encode(JSON.parse(template.render((name) => (name === '$i' ? String(index) : variables(name)))) as object)
}

/** Fields that a message does not have would be left out without a word. */
function requireFields({ name, fields }: GrpcMethod, message: Readonly<Record<string, unknown>>): void {
  const unknown = Object.keys(message).find((field) => !fields.includes(field))
  if (unknown === undefined) return
  throw new HarnessError('SCENARIO_INVALID', `the message of ${name} has no field ${unknown}`, {
    hint: fields.length === 0 ? 'It has none.' : `It has: ${fields.join(', ')}, named as in the proto file.`,
  })
}

function encodedNow(method: GrpcMethod, encode: () => Outgoing): Outgoing {
  try {
    return encode()
  } catch (cause) {
    throw new HarnessError(
      'SCENARIO_INVALID',
      `the message of ${method.name} does not fit: ${messageOf(cause)}`,
      {
        cause,
        hint: 'Compare it with the proto file.',
      },
    )
  }
}

function metadataMaker(
  shared: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
  make: MakeTemplate,
): GrpcRequest['metadata'] {
  const entries = new Map<string, Template>()
  for (const [key, value] of Object.entries(shared)) entries.set(key, Template.parse(value))
  for (const [key, value] of Object.entries(own)) entries.set(key, make(value))
  const render = (variables: VariableLookup): Metadata => {
    const metadata = new Metadata()
    for (const [key, value] of entries) metadata.set(key, value.render(variables))
    return metadata
  }
  if ([...entries.values()].some(({ constant }) => constant === null)) return render
  const constant = render(() => undefined)
  return () => constant
}
