/** Replies, read into their exchange. */
import type { Msg } from '@nats-io/transport-node'
import type { Exchange } from '../../ports/target.ts'
import type { Failure } from '../failure.ts'
import type { Await } from './request.ts'
import { NO_RESPONDERS, STATUS_OK } from './status.ts'

/** An answer of JetStream: an acknowledgement, a message, or an error. */
interface JetStreamAnswer {
  readonly error?: { readonly code: number; readonly description: string }
  readonly message?: { readonly data?: string }
}

/** Fills status, size and, where they are wanted, body and headers. Returns what went wrong; null for an answer. */
export function readReply(exchange: Exchange, awaits: Await, message: Msg): Failure | null {
  const { data, headers } = message
  exchange.bytesReceived = data.length
  if (data.length === 0 && headers?.code === NO_RESPONDERS) {
    exchange.status = NO_RESPONDERS
    return { kind: 'unavailable', text: 'nobody answers on this subject (503 no responders)' }
  }
  exchange.status = STATUS_OK
  if (exchange.keepAnswer) {
    exchange.header = (name) => headers?.get(name) || undefined
    exchange.body = Buffer.from(data)
  }
  return awaits === 'reply' ? null : readJetStream(exchange, awaits, data)
}

function readJetStream(exchange: Exchange, awaits: Await, data: Uint8Array): Failure | null {
  let answer: JetStreamAnswer
  try {
    answer = JSON.parse(Buffer.from(data).toString('utf8')) as JetStreamAnswer
  } catch {
    // Whoever answered is no JetStream.
    return { kind: 'protocol', text: 'the acknowledgement is no JSON' }
  }
  if (answer.error !== undefined) {
    exchange.status = answer.error.code
    return awaits === 'ack' ? { kind: 'nack', text: answer.error.description } : null
  }
  if (awaits === 'value') {
    exchange.items = 1
    if (exchange.keepAnswer) exchange.body = Buffer.from(answer.message?.data ?? '', 'base64')
  }
  return null
}
