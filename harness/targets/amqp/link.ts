/** One connection of a shard with its channel: opened when it is needed, what it hears handed to whoever waits for it. */
import type { ChannelModel, ConfirmChannel, ConsumeMessage, Message } from 'amqplib'
import { messageOf } from '../../base/errors.ts'
import { Fifo } from '../fifo.ts'
import type { Link } from '../link-driver.ts'
import type { MessageCall } from '../message-calls.ts'
import { SharedOpening } from '../shared-opening.ts'

const REPLY_TO = 'amq.rabbitmq.reply-to'

export class AmqpLink implements Link {
  /** Its number in the shard. */
  readonly number: number
  readonly #connect: () => Promise<ChannelModel>
  /** Called when the broker blocks its publishers, or no longer does. */
  readonly #onBlocked: (reason: string) => void
  readonly #calls = new Map<string, MessageCall>()
  readonly #replies = new Map<string, (message: ConsumeMessage) => void>()
  readonly #waiting = new Fifo<() => void>()
  #connection: ChannelModel | null = null
  #channel: ConfirmChannel | null = null
  readonly #opening = new SharedOpening(() => this.#open())
  #isFull = false
  #isBlocked = false
  #token = 0

  constructor(number: number, connect: () => Promise<ChannelModel>, onBlocked: (reason: string) => void) {
    this.number = number
    this.#connect = connect
    this.#onBlocked = onBlocked
  }

  /** The open channel; null while there is none. */
  get channel(): ConfirmChannel | null {
    return this.#channel
  }

  get isOpen(): boolean {
    return this.#channel !== null
  }

  get waitingCount(): number {
    return this.#waiting.size
  }

  /** Opens it, once for all who want it at the same time. */
  open(): Promise<void> {
    return this.#opening.join()
  }

  /** Calls back when the socket takes more, and the broker wants to hear of it. */
  whenWritable(run: () => void): void {
    if (this.#isFull || this.#isBlocked) this.#waiting.push(run)
    else run()
  }

  /** Notes whether the socket takes more after a write. */
  wrote(takesMore: boolean): void {
    this.#isFull ||= !takesMore
  }

  /** Takes in a call that ends with the channel; returns its id on it. */
  hold(call: MessageCall): string {
    const id = String(this.#token++)
    this.#calls.set(id, call)
    return id
  }

  release(id: string): void {
    this.#calls.delete(id)
    this.#replies.delete(id)
  }

  onReply(id: string, onReply: (message: ConsumeMessage) => void): void {
    this.#replies.set(id, onReply)
  }

  async close(): Promise<void> {
    await this.#opening.ended()
    const connection = this.#connection
    this.#lost('the connection was closed')
    await connection?.close().catch(() => undefined)
  }

  async #open(): Promise<void> {
    const connection = await this.#connect()
    connection.on('close', (error) => this.#lostBy(connection, error))
    connection.on('blocked', (reason) => {
      this.#isBlocked = true
      this.#onBlocked(reason)
    })
    connection.on('unblocked', () => {
      this.#isBlocked = false
      this.#resume()
    })
    this.#connection = connection
    await this.#openChannel(connection)
  }

  async #openChannel(connection: ChannelModel): Promise<void> {
    const channel = await connection.createConfirmChannel()
    let failure: unknown
    channel.on('error', (error) => {
      failure = error
    })
    // The broker closes a channel for what it does not permit; the next exchange opens all anew.
    channel.on('close', () => {
      if (this.#channel !== channel) return
      this.#lostBy(connection, failure)
      void connection.close().catch(() => undefined)
    })
    channel.on('drain', () => {
      this.#isFull = false
      this.#resume()
    })
    channel.on('return', ({ properties, fields }: Message) => {
      const { replyText } = fields as { replyText?: string }
      this.#calls.get(String(properties.messageId))?.end('returned', replyText ?? 'no queue takes it')
    })
    await channel.consume(
      REPLY_TO,
      (message) => {
        if (message !== null) this.#replies.get(String(message.properties.correlationId))?.(message)
      },
      { noAck: true },
    )
    this.#isFull = false
    this.#isBlocked = false
    this.#channel = channel
    this.#resume()
  }

  #lostBy(connection: ChannelModel, error: unknown): void {
    if (this.#connection !== connection) return
    this.#lost(error === undefined ? 'the broker closed the connection' : messageOf(error), error)
  }

  #lost(text: string, error?: unknown): void {
    this.#connection = null
    this.#channel = null
    const { code } = (error ?? {}) as { readonly code?: unknown }
    for (const call of [...this.#calls.values()]) {
      if (typeof code === 'number') call.exchange.status = code
      call.end('closed', text)
    }
    this.#resume()
  }

  #resume(): void {
    for (const run of this.#waiting.takeAll()) this.whenWritable(run)
  }
}
