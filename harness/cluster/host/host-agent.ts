/** A worker of a pool: says that it is there, and serves one run at a time. */
import { HarnessError, messageOf } from '../../base/errors.ts'
import type { Hello } from '../../model/cluster/hello.ts'
import { type Order, type OrderAnswer, orderSchema } from '../../model/cluster/orders.ts'
import { haltSchema } from '../../model/cluster/uplink.ts'
import type { Unlisten } from '../../ports/link.ts'
import { parseMessage, readMessage } from '../messages.ts'
import type { HostParts } from './host-parts.ts'
import { HostRun } from './host-run.ts'

export class HostAgent {
  readonly #parts: HostParts
  readonly #unlisten: readonly Unlisten[]
  #run: HostRun | null = null

  constructor(parts: HostParts) {
    const { link, subjects, hello } = parts
    this.#parts = parts
    this.#unlisten = [
      link.answer(subjects.who, () => Promise.resolve(JSON.stringify(this.hello()))),
      link.answer(subjects.to(hello.worker), (body) => this.#obey(body)),
      link.listen(subjects.halt, (body) => {
        const read = readMessage(haltSchema, body)
        if (read.problem === null) this.leave(`halted by ${read.message.by}: ${read.message.reason}`)
      }),
    ]
  }

  hello(): Hello {
    return {
      ...this.#parts.hello,
      state: this.#run?.state ?? 'idle',
      run: this.#run?.run ?? null,
    } as Hello
  }

  /** Ends the load of a run that goes on; it is delivered, and forgotten when it is safe. */
  leave(why: string): void {
    this.#run?.leave(why)
  }

  async close(): Promise<void> {
    for (const unlisten of this.#unlisten) unlisten()
    await this.#run?.free(false)
  }

  async #obey(body: string): Promise<string | null> {
    const order = parseMessage(orderSchema, body, 'an order')
    // Another process of this name is meant: it has to answer itself.
    if (order.instance !== this.#parts.hello.instance) return null
    return JSON.stringify({ refused: null, ...(await this.#answer(order)) })
  }

  async #answer(order: Order): Promise<Partial<OrderAnswer>> {
    try {
      if (order.do === 'hold') return await this.#hold(order)
      const run = this.#run
      if (run === null || run.run !== order.run)
        return order.do === 'let' ? {} : { refused: 'it does not hold this run' }
      if (order.term < run.term) return { refused: 'another coordinator leads' }
      switch (order.do) {
        case 'look':
          return await run.look(order)
        case 'load':
          return await run.load(order)
        case 'arm':
          return run.arm(order)
        case 'let':
          await run.free(true)
          return {}
      }
    } catch (error) {
      return { refused: messageOf(error), code: error instanceof HarnessError ? error.code : null }
    }
  }

  async #hold(order: Extract<Order, { do: 'hold' }>): Promise<Partial<OrderAnswer>> {
    if (this.#run !== null && this.#run.run !== order.run) return { refused: `it drives ${this.#run.run}` }
    // Whoever held it was lost before load began, and another one begins anew.
    if (this.#run !== null && order.term > this.#run.term) await this.#run.free(true)
    this.#run ??= new HostRun(this.#parts, order, (end) => {
      this.#parts.note(`run ${order.run} is over`)
      this.#run = null
      this.#parts.onRunOver(end)
    })
    this.#parts.note(`held for run ${order.run}`)
    return {}
  }
}
