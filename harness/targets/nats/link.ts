/** One connection of a shard, shared by many exchanges: opened when it is needed, its replies handed to whoever waits for them. */
import { createInbox, type Msg, type NatsConnection } from '@nats-io/transport-node'
import { messageOf } from '../../base/errors.ts'
import { Fifo } from '../fifo.ts'
import type { Link } from '../link-driver.ts'
import type { MessageCall } from '../message-calls.ts'
import { SharedOpening } from '../shared-opening.ts'

/** Bytes handed over that the server may not have read yet, before a message has to wait. */
const UNREAD_BYTES_MAX = 4 * 1024 ** 2
/** Bytes after which the server is asked (PING) whether it has read them. */
const ASK_AFTER_BYTES = 256 * 1024

type OnReply = (error: Error | null, message: Msg) => void

export class NatsLink implements Link {
  /** Its number in the shard. */
  readonly number: number
  readonly #connect: () => Promise<NatsConnection>
  readonly #calls = new Set<MessageCall>()
  readonly #replies = new Map<string, OnReply>()
  readonly #waiting = new Fifo<() => void>()
  #connection: NatsConnection | null = null
  readonly #opening = new SharedOpening(() => this.#open())
  #inbox = ''
  #token = 0
  #handedBytes = 0
  #askedBytes = 0
  #readBytes = 0
  #isAsking = false

  constructor(number: number, connect: () => Promise<NatsConnection>) {
    this.number = number
    this.#connect = connect
  }

  /** The open connection; null while there is none. */
  get connection(): NatsConnection | null {
    return this.#connection
  }

  get isOpen(): boolean {
    return this.#connection !== null
  }

  get waitingCount(): number {
    return this.#waiting.size
  }

  /** Opens it, once for all who want it at the same time. */
  open(): Promise<void> {
    return this.#opening.join()
  }

  /** Counts bytes that are about to be handed over; calls back when the server has read enough of those before. */
  whenRead(run: () => void): void {
    if (this.#handedBytes - this.#readBytes < UNREAD_BYTES_MAX) run()
    else this.#waiting.push(run)
  }

  handed(bytes: number): void {
    this.#handedBytes += bytes
    if (!this.#isAsking && this.#handedBytes - this.#askedBytes > ASK_AFTER_BYTES) this.#ask()
  }

  /** Takes in a call that ends with the connection. */
  hold(call: MessageCall): void {
    this.#calls.add(call)
  }

  release(call: MessageCall, reply: string | null): void {
    this.#calls.delete(call)
    if (reply !== null) this.#replies.delete(reply)
  }

  /** Returns the subject for a reply. */
  expectReply(onReply: OnReply): string {
    const reply = `${this.#inbox}.${this.#token++}`
    this.#replies.set(reply, onReply)
    return reply
  }

  async close(): Promise<void> {
    await this.#opening.ended()
    await this.#connection?.close()
  }

  async #open(): Promise<void> {
    const connection = await this.#connect()
    this.#inbox = createInbox()
    this.#handedBytes = this.#askedBytes = this.#readBytes = 0
    this.#isAsking = false
    connection.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => this.#replies.get(message.subject)?.(error, message),
    })
    this.#connection = connection
    void connection.closed().then((error) => this.#lost(error))
    this.#resume()
  }

  #ask(): void {
    const asked = this.#handedBytes
    this.#askedBytes = asked
    this.#isAsking = true
    this.#connection?.flush().then(
      () => {
        this.#isAsking = false
        this.#readBytes = asked
        this.#resume()
      },
      // It is being closed: whoever waits is told so.
      () => undefined,
    )
  }

  /** Those that find no room again queue up in the same order. */
  #resume(): void {
    for (const run of this.#waiting.takeAll()) this.whenRead(run)
  }

  #lost(error: unknown): void {
    this.#connection = null
    const text =
      error instanceof Error ? `the connection was lost: ${messageOf(error)}` : 'the connection was closed'
    for (const call of [...this.#calls]) call.end('closed', text)
    this.#replies.clear()
    for (const run of this.#waiting.takeAll()) run()
  }
}
