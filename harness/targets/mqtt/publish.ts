/** One publish: it waits for the quota of the broker, is numbered, and ends as its quality of service has it. */
import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { MEASURES } from '../../model/measures.ts'
import type { DeliveryChannel } from '../../ports/target.ts'
import type { MessageCall } from '../message-calls.ts'
import { type Numbered, withHeader } from './message-header.ts'
import type { PublishRequest } from './request.ts'
import type { MqttSession } from './session.ts'
import { FIRST_BAD, kindOfRefusal } from './status.ts'

export interface PublishParts {
  readonly call: MessageCall
  readonly session: MqttSession
  readonly request: PublishRequest
  readonly clock: Clock
  readonly channel: DeliveryChannel | null
  readonly version: 4 | 5
}

export function publish(parts: PublishParts): void {
  const { call, session, request } = parts
  if (request.qos === 0) return sendWhenWritable(parts)
  session.whenQuota(() => {
    if (call.hasEnded) session.returnQuota()
    else {
      const before = call.onEnd
      call.onEnd = () => {
        before?.()
        session.returnQuota()
      }
      sendWhenWritable(parts)
    }
  })
}

/** Sends it once the socket takes more: its wait is start delay. */
function sendWhenWritable(parts: PublishParts): void {
  parts.session.whenWritable(() => {
    if (!parts.call.hasEnded) send(parts)
  })
}

function send(parts: PublishParts): void {
  const { call, session, request, clock } = parts
  const { exchange } = call
  const { client } = session
  if (client === null) return call.end('closed', 'the connection was lost before it was sent')
  let topic: string
  let message: Numbered
  try {
    topic = request.topic(exchange.variables)
    message = {
      body: request.body(exchange.variables),
      userProperties: Object.fromEntries(
        request.properties.map(([name, value]) => [name, value.render(exchange.variables)]),
      ),
    }
  } catch (thrown) {
    return call.end('code', messageOf(thrown))
  }
  call.sent(clock.nowMs())
  const { body, userProperties } = numbered(parts, topic, message)
  exchange.bytesSent = body.length
  const { qos, retain } = request
  // The library makes a malformed packet of no properties.
  const properties = Object.keys(userProperties).length === 0 ? {} : { properties: { userProperties } }
  try {
    client.publish(topic, body, { qos, retain, ...properties }, (error) => {
      if (qos !== 0) acknowledged(parts, error)
    })
  } catch (thrown) {
    return call.end('closed', messageOf(thrown))
  }
  if (qos === 0) handedOver(parts)
  else watchHandshake(parts, client.getLastMessageId())
}

function numbered(
  { call, session, request, channel, version }: PublishParts,
  topic: string,
  message: Numbered,
) {
  if (channel === null || !request.isConsumed(topic)) return message
  call.publish(request.step, session.number, channel)
  return withHeader(message, channel.header, version)
}

function handedOver({ call }: PublishParts): void {
  call.exchange.acknowledged = false
  call.exchange.measure(MEASURES.messages_published, 1)
  call.answer(call.exchange.sentMs)
}

function acknowledged(
  { call, clock }: PublishParts,
  error: (Error & { readonly code?: number }) | undefined,
): void {
  if (call.hasEnded) return
  const reason = error?.code ?? call.exchange.status
  call.exchange.status = reason
  if (reason >= FIRST_BAD) return call.end(kindOfRefusal(reason), error?.message ?? `reason ${reason}`)
  if (error) return call.end('closed', error.message)
  if (call.exchange.keepAnswer) call.exchange.body = Buffer.from(JSON.stringify({ reasonCode: reason }))
  call.exchange.measure(MEASURES.messages_published, 1)
  call.answer(clock.nowMs())
}

/** Keeps the reason of the broker, and times the two halves of exactly once: PUBREC after the message, PUBCOMP after PUBREL. */
function watchHandshake({ call, session, clock }: PublishParts, messageId: number): void {
  let fromMs = call.exchange.sentMs
  const before = call.onEnd
  session.listen(messageId, (command, reason) => {
    if (call.hasEnded) return
    if (command === 'puback' || command === 'pubrec') call.exchange.status = reason
    if (command !== 'pubrec' && command !== 'pubcomp') return
    const nowMs = clock.nowMs()
    call.exchange.addComponent(command, nowMs - fromMs)
    fromMs = nowMs
  })
  call.onEnd = () => {
    session.listen(messageId, null)
    before?.()
  }
}
