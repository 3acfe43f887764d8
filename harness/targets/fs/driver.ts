/** Performs operations on a file system for one shard. */
import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { Template } from '../../base/template.ts'
import { putError } from '../../ports/exchange-error.ts'
import type { DriverContext, DriverStats, Exchange, Perform, TargetDriver } from '../../ports/target.ts'
import { Deadlines } from '../deadlines.ts'
import { Slots } from '../slots.ts'
import { FsClient } from './client.ts'
import { FileCall } from './file-call.ts'
import { LanePool } from './lane-pool.ts'
import { FileRequest } from './request.ts'
import type { FsConfig, FsRequest } from './schema.ts'

export class FsDriver implements TargetDriver {
  readonly #clock: Clock
  readonly #pool: LanePool
  readonly #deadlines: Deadlines
  readonly #calls = new Slots<FileCall>()

  constructor(config: FsConfig, { clock }: DriverContext) {
    this.#clock = clock
    this.#pool = new LanePool(config, clock)
    this.#deadlines = new Deadlines(clock, (slot) => this.#calls.get(slot)?.expire())
  }

  compile(request: Readonly<Record<string, unknown>>): FileRequest {
    return new FileRequest(request as FsRequest, Template.parse)
  }

  ready(): Promise<void> {
    return this.#pool.ready()
  }

  start(exchange: Exchange): void {
    const request = exchange.request as FileRequest
    let message: Buffer
    try {
      message = request.message(exchange.variables, exchange.keepAnswer)
    } catch (thrown) {
      this.#clock.soon(() => refuse(exchange, messageOf(thrown), this.#clock.nowMs()))
      return
    }
    const call = this.#calls.add(
      (slot) =>
        new FileCall(exchange, message, slot, {
          clock: this.#clock,
          pool: this.#pool,
          deadlines: this.#deadlines,
          onOver: () => this.#calls.remove(slot),
        }),
    )
    call.begin()
  }

  abort(exchange: Exchange): void {
    for (const call of this.#calls) if (call.exchange === exchange) call.abort()
  }

  endSession(): void {
    // A file system keeps nothing for an agent.
  }

  createClient(perform: Perform): FsClient {
    return new FsClient(perform)
  }

  stats(): DriverStats {
    return { openConnections: 0, waiting: this.#pool.waiting }
  }

  close(): Promise<void> {
    for (const call of this.#calls) call.giveUp('aborted', 'aborted by the harness')
    this.#deadlines.stop()
    this.#pool.close()
    return Promise.resolve()
  }
}

/** Ends an exchange whose message cannot be put together. */
function refuse(exchange: Exchange, text: string, nowMs: number): void {
  putError(exchange, 'code', text)
  exchange.doneMs = nowMs
  exchange.settle()
}
