/** The connection of an agent (or one that agents share), with the quota that its broker gives to messages under way. */
import type { MqttClient, Packet } from 'mqtt'
import type { Clock } from '../../base/clock.ts'
import { Fifo } from '../fifo.ts'
import type { MessageCall } from '../message-calls.ts'
import { SharedOpening } from '../shared-opening.ts'
import type { Connected } from './connect.ts'
import { Inbox } from './inbox.ts'

/** Called with the kind of a packet and its reason code. */
type OnPacket = (command: string, reason: number) => void

/** The parts of a driver that a session needs. */
export interface SessionParts {
  readonly connect: (onClient: (client: MqttClient) => void) => Promise<Connected>
  readonly clock: Clock
  readonly inboxLimit: number
  /** Called when a message had to go because nobody read it. */
  readonly onOverflow: () => void
}

export class MqttSession {
  /** Its number in the shard. */
  readonly number: number
  readonly #parts: SessionParts
  readonly #calls = new Set<MessageCall>()
  readonly #byMessageId = new Map<number, OnPacket>()
  readonly #waiting = new Fifo<() => void>()
  /** Those that wait until the socket takes more. */
  readonly #unwritten = new Fifo<() => void>()
  #client: MqttClient | null = null
  readonly #opening = new SharedOpening(() => this.#open())
  #receiveMaximum = 0
  #underWay = 0
  #isResuming = false
  #inbox: Inbox
  /** The reason that the broker gave for its end; 0 for none. */
  #endReason = 0

  constructor(number: number, parts: SessionParts) {
    this.number = number
    this.#parts = parts
    this.#inbox = new Inbox(parts.inboxLimit)
  }

  /** The client while it is connected. */
  get client(): MqttClient | null {
    return this.#client
  }

  get inbox(): Inbox {
    return this.#inbox
  }

  get waitingCount(): number {
    return this.#waiting.size + this.#unwritten.size
  }

  /** Connects, once for all who want it at the same time. */
  open(): Promise<void> {
    return this.#opening.join()
  }

  /** Calls back when the broker takes one more message that it has to acknowledge; `returnQuota` gives the place back. */
  whenQuota(run: () => void): void {
    if (this.#client !== null && this.#underWay >= this.#receiveMaximum) this.#waiting.push(run)
    else {
      this.#underWay++
      run()
    }
  }

  /** Those that fail at once give their place back from within: the loop goes on, and nothing is called within itself. */
  returnQuota(): void {
    this.#underWay--
    if (this.#isResuming) return
    this.#isResuming = true
    while (this.#waiting.size > 0 && (this.#client === null || this.#underWay < this.#receiveMaximum)) {
      this.#underWay++
      this.#waiting.shift()?.()
    }
    this.#isResuming = false
  }

  /** Calls back when the socket takes more: what is written before would wait in the memory of the library. */
  whenWritable(run: () => void): void {
    if (this.#unwritten.size > 0 || this.#client?.stream.writableNeedDrain === true) this.#unwritten.push(run)
    else run()
  }

  /** Takes in a call that ends with the connection. */
  hold(call: MessageCall): void {
    this.#calls.add(call)
  }

  release(call: MessageCall): void {
    this.#calls.delete(call)
  }

  /** Listens to the packets that acknowledge a message; null: no more. */
  listen(messageId: number, onPacket: OnPacket | null): void {
    if (onPacket === null) this.#byMessageId.delete(messageId)
    else this.#byMessageId.set(messageId, onPacket)
  }

  /** Closes it at once; resolves when the connection is closed. */
  async close(): Promise<void> {
    if (this.#client === null) await this.#opening.ended()
    const client = this.#client
    if (client === null) return
    this.#lost()
    await new Promise<void>((resolve) => client.end(true, {}, () => resolve()))
  }

  /** Disconnects as the protocol has it; calls back when that is done. */
  disconnect(done: () => void): void {
    const client = this.#client
    if (client === null) return done()
    this.#lost()
    client.end(false, {}, () => done())
  }

  async #open(): Promise<void> {
    this.#inbox = new Inbox(this.#parts.inboxLimit)
    this.#underWay = 0
    this.#endReason = 0
    const { client, receiveMaximum } = await this.#parts.connect((made) => this.#listenTo(made))
    this.#receiveMaximum = receiveMaximum
    this.#client = client
    client.stream.on('drain', () => this.#resumeWriting())
  }

  #listenTo(client: MqttClient): void {
    client.on('message', (topic, payload) => {
      if (this.#inbox.add({ topic, payload })) this.#parts.onOverflow()
    })
    client.on('packetreceive', (packet) => {
      const { cmd, messageId, reasonCode = 0 } = packet as Packet & { readonly reasonCode?: number }
      if (messageId !== undefined) this.#byMessageId.get(messageId)?.(cmd, reasonCode)
    })
    client.on('disconnect', ({ reasonCode }) => {
      this.#endReason = reasonCode ?? 0
    })
    client.on('close', () => {
      const wasOpen = this.#client === client
      if (wasOpen) this.#client = null
      // The reason of the broker may still be on its way through the parser.
      this.#parts.clock.soon(() => {
        if (wasOpen) this.#lost()
        client.end(true)
      })
    })
  }

  #lost(): void {
    this.#client = null
    const reason = this.#endReason === 0 ? '' : `: reason 0x${this.#endReason.toString(16)}`
    for (const call of [...this.#calls]) {
      call.exchange.status = this.#endReason
      call.end('closed', `the broker closed the connection${reason}`)
    }
    this.#byMessageId.clear()
    for (const run of this.#waiting.takeAll()) this.whenQuota(run)
    for (const run of this.#unwritten.takeAll()) run()
  }

  #resumeWriting(): void {
    while (this.#unwritten.size > 0 && this.#client?.stream.writableNeedDrain === false)
      this.#unwritten.shift()?.()
  }
}
