/** The workers of one run: held all or none, ordered together, answered while they are held, and let go. */
import type { Clock } from '../../base/clock.ts'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { type Hello, helloSchema, PROTOCOL_VERSION } from '../../model/cluster/hello.ts'
import { type Order, type OrderAnswer, orderAnswerSchema } from '../../model/cluster/orders.ts'
import type { Link } from '../../ports/link.ts'
import { ANSWER_MS, WHO_MS } from '../limits.ts'
import { parseMessage, readMessage } from '../messages.ts'
import type { Subjects } from '../subjects.ts'
import type { Placed } from './placing.ts'

/** The access to a pool. */
export interface PoolAccess {
  readonly link: Link
  readonly clock: Clock
  readonly subjects: Subjects
}

/** Asks who is there. What answers in another language is left out. */
export async function askWho({ link, subjects }: Pick<PoolAccess, 'link' | 'subjects'>): Promise<Hello[]> {
  const answers = await link.askAll(subjects.who, '', WHO_MS)
  return answers.flatMap((body) => {
    const read = readMessage(helloSchema, body)
    return read.problem === null ? [read.message] : []
  })
}

/** An order but for whom it is for. */
type OrderBody = Order extends infer Each
  ? Each extends Order
    ? Omit<Each, 'v' | 'run' | 'term' | 'instance'>
    : never
  : never

/** The answer of one worker; `refused` also when none came. */
export interface Answered {
  readonly placed: Placed
  readonly answer: OrderAnswer
}

export class HeldWorkers {
  readonly placed: readonly Placed[]
  readonly #access: PoolAccess
  readonly #run: string
  readonly #term: number

  /** Workers that are held already. */
  constructor(access: PoolAccess, run: string, term: number, placed: readonly Placed[]) {
    this.#access = access
    this.#run = run
    this.#term = term
    this.placed = placed
  }

  /** Holds them in order of their names. One that refuses frees the others. @throws HarnessError WORKER_BUSY */
  static async hold(
    access: PoolAccess,
    { run, term, leaseMs }: { readonly run: string; readonly term: number; readonly leaseMs: number },
    placed: readonly Placed[],
  ): Promise<HeldWorkers> {
    const held = new HeldWorkers(access, run, term, placed)
    for (const each of placed) {
      const { refused } = await held.order(each, { do: 'hold', leaseMs }, ANSWER_MS)
      if (refused === null) continue
      await held.letGo()
      throw new HarnessError('WORKER_BUSY', `worker ${each.hello.worker} could not be held: ${refused}`, {
        hint: 'See who drives what with `proofload pool status --on <pool>`; wait for that run, or ask for fewer with --workers.',
      })
    }
    return held
  }

  /** Gives an order to all at once. */
  orderAll(bodyOf: (placed: Placed) => OrderBody, timeoutMs: number): Promise<readonly Answered[]> {
    return Promise.all(
      this.placed.map(async (placed) => ({
        placed,
        answer: await this.order(placed, bodyOf(placed), timeoutMs),
      })),
    )
  }

  /** Never rejects: who does not answer, refuses. */
  async order({ hello }: Placed, body: OrderBody, timeoutMs: number): Promise<OrderAnswer> {
    const { link, subjects } = this.#access
    const head = { v: PROTOCOL_VERSION, run: this.#run, term: this.#term, instance: hello.instance } as const
    try {
      const text = await link.ask(subjects.to(hello.worker), JSON.stringify({ ...body, ...head }), timeoutMs)
      return parseMessage(orderAnswerSchema, text, `the answer of ${hello.worker}`)
    } catch (error) {
      return orderAnswerSchema.parse({ refused: `it did not answer: ${messageOf(error)}` })
    }
  }

  async letGo(): Promise<void> {
    await this.orderAll(() => ({ do: 'let' }), ANSWER_MS)
  }
}
