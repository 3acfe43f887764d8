/** One producer of a shard: connected when it is needed, and again when the last of its connections was lost. */
import type { Producer } from 'kafkajs'
import type { Clock } from '../../base/clock.ts'
import type { Failure } from '../failure.ts'
import { Fifo } from '../fifo.ts'
import type { Link } from '../link-driver.ts'
import type { MessageCall } from '../message-calls.ts'
import { SharedOpening } from '../shared-opening.ts'
import { type Connected, KafkaFailure } from './connect.ts'

/** Time for what was handed over to be written, when it is closed. */
const END_WITHIN_MS = 500

export class KafkaLink implements Link {
  /** Its number in the shard. */
  readonly number: number
  readonly #connect: () => Promise<Connected<Producer>>
  readonly #clock: Clock
  readonly #calls = new Set<MessageCall>()
  readonly #waiting = new Fifo<() => void>()
  #connected: Connected<Producer> | null = null
  readonly #opening = new SharedOpening(() => this.#open())

  constructor(number: number, connect: () => Promise<Connected<Producer>>, clock: Clock) {
    this.number = number
    this.#connect = connect
    this.#clock = clock
  }

  /** The connected producer; null while there is none. */
  get producer(): Producer | null {
    return this.#connected?.client ?? null
  }

  get isOpen(): boolean {
    return this.#connected !== null
  }

  get waitingCount(): number {
    return this.#waiting.size
  }

  /** Opens it, once for all who want it at the same time. */
  open(): Promise<void> {
    return this.#opening.join()
  }

  /** Calls back when its sockets take more. */
  whenWritable(run: () => void): void {
    if (this.#connected?.sockets.isFull === true) this.#waiting.push(run)
    else run()
  }

  /** Takes in a call that ends with the connection. */
  hold(call: MessageCall): void {
    this.#calls.add(call)
    call.onEnd = () => this.#calls.delete(call)
  }

  async close(): Promise<void> {
    await this.#opening.ended()
    const sockets = this.#connected?.sockets
    const failure: Failure = { kind: 'closed', text: 'the connection was closed' }
    this.#lost(failure)
    if (sockets === undefined) return
    const cancel = this.#clock.after(END_WITHIN_MS, () => sockets.destroy(failure))
    await sockets.end()
    cancel()
  }

  async #open(): Promise<void> {
    const connected = await this.#connect()
    const { sockets } = connected
    if (sockets.isOver)
      throw new KafkaFailure(sockets.failure ?? { kind: 'closed', text: 'the connection was lost' })
    sockets.onLost = (failure) => this.#lost(failure)
    sockets.onDrain = () => this.#resume()
    this.#connected = connected
  }

  #lost(failure: Failure): void {
    this.#connected = null
    for (const call of [...this.#calls]) call.end(failure.kind, failure.text)
    this.#resume()
  }

  #resume(): void {
    for (const run of this.#waiting.takeAll()) this.whenWritable(run)
  }
}
