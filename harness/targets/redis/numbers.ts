/** The numbers of the ledger that messages of a shard have, from the first byte to the end of their exchange. */
import { MEASURES } from '../../model/measures.ts'
import { ERROR_KIND_INDEX, ERROR_KINDS } from '../../model/outcome.ts'
import type { DeliveryChannel, Exchange } from '../../ports/target.ts'
import { isRefusal } from '../message-calls.ts'
import { type Consumed, RedisMessage } from './message.ts'
import type { RedisConfig } from './schema.ts'
import type { Wired } from './work.ts'

export class RedisNumbers {
  readonly #channel: DeliveryChannel | null
  readonly #consumed: Consumed
  readonly #sequences = new Map<Exchange, number>()

  constructor(channel: DeliveryChannel | null, { consume }: RedisConfig) {
    this.#channel = channel
    this.#consumed = consume ?? {}
  }

  /** Gives a message that will be consumed its number; any other is returned as it is. */
  numbered(
    exchange: Exchange,
    message: RedisMessage,
    [written]: readonly Wired[],
    connection: number,
  ): readonly Wired[] {
    const channel = this.#channel
    const command = written as Wired
    if (channel === null || !message.goesTo(command, this.#consumed)) return [command]
    const { intendedMs, sentMs } = exchange
    this.#sequences.set(exchange, channel.publish(message.step, connection, intendedMs, sentMs))
    return [message.withHeader(command, channel.header)]
  }

  /** Called when an exchange has ended, before it settles. */
  ended(exchange: Exchange): void {
    if (!(exchange.request instanceof RedisMessage)) return
    const isAnswered = exchange.errorKind === ERROR_KIND_INDEX.none
    if (isAnswered && exchange.status === 0) exchange.measure(MEASURES.messages_published, 1)
    const sequence = this.#sequences.get(exchange)
    if (sequence === undefined) return
    this.#sequences.delete(exchange)
    if (isAnswered && exchange.status === 0) return
    const kind = ERROR_KINDS[exchange.errorKind]
    const isRefused = isAnswered || (kind !== undefined && isRefusal(kind))
    this.#channel?.withdraw(sequence, isRefused ? 'refused' : 'in-doubt')
  }
}
