/** The standing consumers of a shard: each on a connection of its own, opened again when it is lost. */
import { sleep } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import type { ErrorKind } from '../model/outcome.ts'
import type { DriverContext } from '../ports/target.ts'
import { membersOf } from './consume.ts'

const AGAIN_AFTER_MS = 250

/** The part of the protocol. */
export interface Consuming<Connection> {
  /** Consumers in the run. */
  readonly members: number
  /** The queue, subject or topic, for people. */
  readonly source: string
  connect(member: number): Promise<Connection>
  /** Calls `lost` when the connection is gone. */
  watch(connection: Connection, lost: (error: unknown) => void): void
  /** Begins to consume; resolves when the server knows of it. */
  consume(connection: Connection, member: number): Promise<void>
  end(connection: Connection): Promise<unknown>
  kindOf(error: unknown): ErrorKind
}

export class ConsumerMembers<Connection> {
  readonly #consuming: Consuming<Connection>
  readonly #context: Pick<DriverContext, 'clock' | 'events' | 'place'>
  readonly #open = new Map<number, Connection>()
  #isClosed = false

  constructor(consuming: Consuming<Connection>, context: Pick<DriverContext, 'clock' | 'events' | 'place'>) {
    this.#consuming = consuming
    this.#context = context
  }

  get openCount(): number {
    return this.#open.size
  }

  /** Opens all members of this shard. @throws whatever connecting and consuming throw */
  async open(): Promise<void> {
    const members = membersOf(this.#consuming.members, this.#context.place)
    await Promise.all(members.map((member) => this.#openOne(member)))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all([...this.#open.values()].map((connection) => this.#consuming.end(connection)))
    this.#open.clear()
  }

  async #openOne(member: number): Promise<void> {
    const connection = await this.#consuming.connect(member)
    if (this.#isClosed) {
      await this.#consuming.end(connection)
      return
    }
    this.#open.set(member, connection)
    const lost = new Promise<never>((_, reject) => this.#consuming.watch(connection, reject))
    try {
      await Promise.race([this.#consuming.consume(connection, member), lost])
    } catch (error) {
      this.#open.delete(member)
      await this.#consuming.end(connection).catch(() => undefined)
      throw error
    }
    lost.catch((error) => this.#lost(member, connection, error))
  }

  #lost(member: number, connection: Connection, error: unknown): void {
    if (this.#open.get(member) !== connection) return
    this.#open.delete(member)
    if (this.#isClosed) return
    this.#fault(error)
    void this.#openAgain(member)
  }

  async #openAgain(member: number): Promise<void> {
    while (!this.#isClosed && !this.#open.has(member)) {
      await sleep(this.#context.clock, AGAIN_AFTER_MS)
      try {
        if (!this.#isClosed) await this.#openOne(member)
      } catch (error) {
        this.#fault(error)
      }
    }
  }

  #fault(error: unknown): void {
    const { source, kindOf } = this.#consuming
    this.#context.events.fault(`consume ${source}`, kindOf(error), `a consumer: ${messageOf(error)}`)
  }
}
