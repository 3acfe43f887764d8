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
  /** Logs as they were when they were dropped, of each name the one with the most in it. */
  readonly #dropped = new Map<string, FakeLog>()
  isDown = false
  /** Messages that never arrive. */
  isLost: (subject: string, body: string) => boolean = () => false

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
            void handler(body, asked).then(
              (text) => {
                if (text !== null) this.carry(node, () => answer(text))
              },
              // What cannot be read gets no answer.
              () => undefined,
            ),
        }),
      tell: (subject, body) => this.#publish(node, subject, body, () => undefined),
      listen: (subject, handler) => take({ subject, take: (body) => handler(body) }),
      put: (subject, body, id) => this.#put(node, subject, body, id),
      log: (settings) => this.#logAt(node, settings),
      logs: () => Promise.reject(new Error('nobody asks it')),
      dropLog: () => Promise.reject(new Error('nobody asks it')),
      onChange: () => () => undefined,
      close: () => Promise.resolve(),
    }
  }

  #publish(node: string, subject: string, body: string, answer: (body: string) => void): void {
    if (this.isLost(subject, body)) return
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

  /** What a log holds, or held when it was dropped. */
  entriesOf(name: string): readonly Stored[] {
    const dropped = this.#dropped.get(name)
    const present = this.logs.get(name)
    return (charsOf(present) > charsOf(dropped) ? present : dropped)?.entries ?? []
  }

  /** The end of a log is lost, though it was acknowledged: the power failed before it was on disk. */
  loseEnd(name: string, count: number): void {
    this.logs.get(name)?.loseEnd(count)
  }

  #logAt(node: string, settings: LogSettings): Log {
    const log = () => {
      const found = this.logs.get(settings.name) ?? new FakeLog(settings)
      this.logs.set(settings.name, found)
      return found
    }
    return {
      ensure: () => this.#round(node, () => log().entries.length),
      append: (body, id, after) => this.#round(node, () => log().append(body, id, after)),
      read: (from, onEntry) => {
        let next = from
        return this.#clock.every(AGAIN_MS, () => {
          if (!this.reaches(node)) return
          const { entries } = log()
          if (entries.length < next - 1) next = from
          for (; next <= entries.length; next++) {
            const { body, subject } = entries[next - 1] as Stored
            onEntry(body, subject, next)
          }
        })
      },
      drop: () =>
        this.#round(node, () => {
          if (charsOf(log()) > charsOf(this.#dropped.get(settings.name)))
            this.#dropped.set(settings.name, log())
          this.logs.delete(settings.name)
        }),
    }
  }

  /** There and back. */
  #round<T>(node: string, work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#clock.after(STORE_LIMIT_MS, () => reject(new Error('not stored in time')))
      this.carry(node, () => {
        try {
          const result = work()
          this.carry(node, () => resolve(result))
        } catch (error) {
          this.carry(node, () => reject(error))
        }
      })
    })
  }
}

class FakeLog {
  readonly settings: LogSettings
  readonly entries: Stored[] = []
  readonly #ids = new Map<string, number>()

  constructor(settings: LogSettings) {
    this.settings = settings
  }

  store(body: string, subject: string, id: string): number {
    const known = this.#ids.get(id)
    if (known !== undefined) return known
    this.#ids.set(id, this.entries.push({ body, subject }))
    return this.entries.length
  }

  loseEnd(count: number): void {
    this.entries.splice(Math.max(0, this.entries.length - count))
    for (const [id, at] of this.#ids) if (at > this.entries.length) this.#ids.delete(id)
  }

  append(body: string, id: string, after: number): number {
    if (this.#ids.get(id) === undefined && after !== this.entries.length) throw new LogMoved('moved')
    return this.store(body, this.settings.subject, id)
  }
}

function charsOf(log: FakeLog | undefined): number {
  return log?.entries.reduce((sum, { body }) => sum + body.length, 0) ?? 0
}

function matches(pattern: string, subject: string): boolean {
  const words = subject.split('.')
  const wanted = pattern.split('.')
  return wanted.length === words.length && wanted.every((word, i) => word === '*' || word === words[i])
}
