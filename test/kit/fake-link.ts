/** A broker in memory with a seeded fate for every message: delays, losses, repeats; nodes that are cut off, and a broker that is away. */
import type { Clock } from '../../harness/base/clock.ts'
import type { Random } from '../../harness/base/random.ts'
import { type Link, type Log, LogMoved, type LogSettings, type Unlisten } from '../../harness/ports/link.ts'

/** The chances of one message. */
export interface Fates {
  readonly delayMsMax: number
  readonly lost: number
  readonly twice: number
}

export const KIND_FATES: Fates = { delayMsMax: 2, lost: 0, twice: 0 }

interface Stored {
  readonly body: string
  readonly subject: string
}

interface Listener {
  readonly node: string
  readonly subject: string
  readonly take: (body: string, subject: string, answer: (body: string) => void) => void
}

const AGAIN_MS = 100
const STORE_LIMIT_MS = 1_000

export class FakeBroker {
  readonly #clock: Clock
  readonly #random: Random
  fates: Fates
  readonly #listeners = new Set<Listener>()
  readonly #cut = new Set<string>()
  readonly logs = new Map<string, FakeLog>()
  isDown = false

  constructor(clock: Clock, random: Random, fates: Fates = KIND_FATES) {
    this.#clock = clock
    this.#random = random
    this.fates = fates
  }

  cut(node: string): void {
    this.#cut.add(node)
  }

  heal(node: string): void {
    this.#cut.delete(node)
  }

  reaches(node: string): boolean {
    return !this.isDown && !this.#cut.has(node)
  }

  /** Lets a message go its way to or from a node: it may be late, lost, or come twice. */
  carry(node: string, arrive: () => void): void {
    const { delayMsMax, lost, twice } = this.fates
    if (this.#random.float() < lost) return
    for (let copies = this.#random.float() < twice ? 2 : 1; copies > 0; copies--)
      this.#clock.after(Math.round(this.#random.float() * delayMsMax), () => {
        if (this.reaches(node)) arrive()
      })
  }

  /** What a link does for its node. */
  link(node: string): Link {
    const take = (listener: Omit<Listener, 'node'>): Unlisten => {
      const added = { node, ...listener }
      this.#listeners.add(added)
      return () => this.#listeners.delete(added)
    }
    return {
      broker: 'fake',
      ask: (subject, body, timeoutMs) =>
        new Promise((resolve, reject) => {
          this.#clock.after(timeoutMs, () => reject(new Error('no answer in time')))
          this.#publish(node, subject, body, (answer) => this.carry(node, () => resolve(answer)))
        }),
      askAll: (subject, body, waitMs) =>
        new Promise((resolve) => {
          const answers: string[] = []
          this.#clock.after(waitMs, () => resolve(answers))
          this.#publish(node, subject, body, (answer) => this.carry(node, () => answers.push(answer)))
        }),
      answer: (subject, handler) =>
        take({
          subject,
          take: (body, asked, answer) =>
            void handler(body, asked).then((text) => {
              if (text !== null) this.carry(node, () => answer(text))
            }),
        }),
      tell: (subject, body) => this.#publish(node, subject, body, () => undefined),
      listen: (subject, handler) => take({ subject, take: (body) => handler(body) }),
      put: (subject, body, id) => this.#put(node, subject, body, id),
      log: (settings) => this.#log(settings).at(node),
      onChange: () => () => undefined,
      close: () => Promise.resolve(),
    }
  }

  #publish(node: string, subject: string, body: string, answer: (body: string) => void): void {
    this.carry(node, () => {
      for (const listener of this.#listeners)
        if (matches(listener.subject, subject))
          this.carry(listener.node, () => {
            if (this.#listeners.has(listener)) listener.take(body, subject, answer)
          })
    })
  }

  #put(node: string, subject: string, body: string, id: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#clock.after(STORE_LIMIT_MS, () => reject(new Error('not stored in time')))
      this.carry(node, () => {
        const log = [...this.logs.values()].find(({ settings }) => matches(settings.subject, subject))
        if (log === undefined) return reject(new Error('no such log'))
        log.store(body, subject, id)
        this.carry(node, resolve)
      })
    })
  }

  #log(settings: LogSettings): FakeLog {
    const log = this.logs.get(settings.name) ?? new FakeLog(this, this.#clock, settings)
    this.logs.set(settings.name, log)
    return log
  }
}

export class FakeLog {
  readonly settings: LogSettings
  readonly entries: Stored[] = []
  readonly #broker: FakeBroker
  readonly #clock: Clock
  readonly #ids = new Map<string, number>()

  constructor(broker: FakeBroker, clock: Clock, settings: LogSettings) {
    this.#broker = broker
    this.#clock = clock
    this.settings = settings
  }

  store(body: string, subject: string, id: string): number {
    const known = this.#ids.get(id)
    if (known !== undefined) return known
    this.#ids.set(id, this.entries.push({ body, subject }))
    return this.entries.length
  }

  at(node: string): Log {
    return {
      ensure: () => this.#round(node, () => this.entries.length),
      append: (body, id, after) =>
        this.#round(node, () => {
          if (this.#ids.get(id) === undefined && after !== this.entries.length) throw new LogMoved('moved')
          return this.store(body, this.settings.subject, id)
        }),
      read: (from, onEntry) => {
        let next = from
        const cancel = this.#clock.every(AGAIN_MS, () => {
          if (!this.#broker.reaches(node)) return
          for (; next <= this.entries.length; next++) {
            const { body, subject } = this.entries[next - 1] as Stored
            onEntry(body, subject, next)
          }
        })
        return cancel
      },
      drop: () => Promise.resolve(),
    }
  }

  /** There and back. */
  #round(node: string, work: () => number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#clock.after(STORE_LIMIT_MS, () => reject(new Error('not stored in time')))
      this.#broker.carry(node, () => {
        try {
          const result = work()
          this.#broker.carry(node, () => resolve(result))
        } catch (error) {
          this.#broker.carry(node, () => reject(error))
        }
      })
    })
  }
}

function matches(pattern: string, subject: string): boolean {
  const words = subject.split('.')
  const wanted = pattern.split('.')
  return wanted.length === words.length && wanted.every((word, i) => word === '*' || word === words[i])
}
