/**
 * The log of a run: what has to be true later. Whoever can append to it leads; an entry that another one has overtaken is
 * refused, and then nothing more is written, granted or published.
 */
import { type Clock, isoOf, sleep } from '../../base/clock.ts'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { type Log, LogMoved } from '../../ports/link.ts'
import { APPEND_MS, BEAT_MS, LEADER_SILENCE_MS, READ_LOG_LIMIT_MS, RETRY_MS } from '../limits.ts'
import { parseMessage } from '../messages.ts'
import { inParts, JoinedParts } from '../text-parts.ts'
import { entryText, type LogEntry, logEntrySchema } from './log-entries.ts'

export interface RunLogParts {
  readonly log: Log
  readonly clock: Clock
  readonly run: string
}

/** Whoever acts on what becomes of the log. */
export interface RunLogWatch {
  /** An entry is stored whose writing began then: until then nobody else led. */
  onAppended(beganMs: number): void
  /** Somebody else leads. */
  onMoved(): void
}

export class RunLog {
  /** Rises with every process that leads. */
  readonly term: number
  /** The entries of those who led before. */
  readonly earlier: readonly LogEntry[]
  readonly ledAt: string
  readonly #parts: RunLogParts
  #watch: RunLogWatch | null = null
  #last: number
  #appendedMs: number
  #count = 0
  #openCount = 0
  #queue: Promise<void> = Promise.resolve()
  #isClosed = false
  #hasMoved = false
  #stopBeating: () => void = () => undefined

  private constructor(parts: RunLogParts, last: number, earlier: readonly LogEntry[]) {
    const { clock } = parts
    this.#parts = parts
    this.#last = last
    this.earlier = earlier
    this.term = Math.max(0, ...earlier.map((entry) => (entry.kind === 'lead' ? entry.term : 0))) + 1
    this.#appendedMs = clock.nowMs()
    this.ledAt = isoOf(clock.wallMs())
  }

  /**
   * Becomes who writes to it: of a log that is new, or that its writer has left. From then on it is written to once a second, so
   * that its silence means that nobody leads.
   * @throws HarnessError RUN_TAKEN when somebody writes to it, POOL_UNREACHABLE
   */
  static async lead(parts: RunLogParts): Promise<RunLog> {
    const { log, clock, run } = parts
    const last = await lastOf(log)
    const texts = last === 0 ? [] : await readSilent(parts, last)
    if (texts === null) throw takenBy(run)
    const led = new RunLog(parts, last, entriesOf(texts))
    if (!(await led.append({ kind: 'lead', term: led.term, at: led.ledAt }))) {
      // The run ended meanwhile, and its log was dropped.
      if ((await lastOf(log)) === 0) await log.drop().catch(() => undefined)
      throw takenBy(run)
    }
    led.#stopBeating = clock.every(BEAT_MS, () => led.#beat())
    return led
  }

  /** The end of the last append that succeeded. */
  get appendedMs(): number {
    return this.#appendedMs
  }

  /** True: somebody else leads. */
  get hasMoved(): boolean {
    return this.#hasMoved
  }

  follow(watch: RunLogWatch): void {
    this.#watch = watch
    if (this.#hasMoved) watch.onMoved()
  }

  /** Stores an entry behind all before it, however long the broker is away; resolves to false when that cannot be any more. */
  append(entry: LogEntry): Promise<boolean> {
    const id = `${this.#parts.run}.${this.term}.${this.#count++}`
    const bodies = inParts(entryText(entry), id)
    this.#openCount++
    const stored = this.#queue.then(async () => {
      let isStored = true
      for (const [part, body] of bodies.entries())
        isStored = isStored && (await this.#store(body, `${id}.${part}`))
      this.#openCount--
      return isStored
    })
    this.#queue = stored.then(() => undefined)
    return stored
  }

  /** Nothing more is written. */
  close(): void {
    this.#isClosed = true
    this.#stopBeating()
  }

  #beat(): void {
    const isQuiet = this.#openCount === 0 && this.#parts.clock.nowMs() - this.#appendedMs > APPEND_MS
    if (isQuiet) void this.append({ kind: 'beat' })
  }

  async #store(body: string, id: string): Promise<boolean> {
    const { log, clock } = this.#parts
    while (!this.#isClosed) {
      const beganMs = clock.nowMs()
      try {
        this.#last = await log.append(body, id, this.#last)
        this.#appendedMs = clock.nowMs()
        this.#watch?.onAppended(beganMs)
        return true
      } catch (error) {
        if (error instanceof LogMoved) return this.#moved()
        await sleep(clock, RETRY_MS)
      }
    }
    return false
  }

  #moved(): false {
    this.close()
    if (!this.#hasMoved) this.#watch?.onMoved()
    this.#hasMoved = true
    return false
  }
}

/** Reads what is there; null: somebody still writes to it. @throws HarnessError POOL_UNREACHABLE when it cannot be read */
function readSilent({ log, clock }: RunLogParts, last: number): Promise<readonly string[] | null> {
  const beganMs = clock.nowMs()
  return new Promise((resolve, reject) => {
    const texts: string[] = []
    let readMs: number | null = null
    const endings: (() => void)[] = []
    const end = (settle: () => void) => {
      for (const ending of endings.splice(0)) ending()
      settle()
    }
    endings.push(
      log.read(1, (body, _subject, at) => {
        if (at > last) return end(() => resolve(null))
        texts.push(body)
        if (at === last) readMs = clock.nowMs()
      }),
      clock.every(BEAT_MS, () => {
        const nowMs = clock.nowMs()
        if (readMs !== null && nowMs - readMs > LEADER_SILENCE_MS) end(() => resolve(texts))
        else if (readMs === null && nowMs - beganMs > READ_LOG_LIMIT_MS) end(() => reject(unreadable()))
      }),
    )
  })
}

/** @throws HarnessError POOL_PROTOCOL for a log of another version */
function entriesOf(texts: readonly string[]): readonly LogEntry[] {
  const joined = new JoinedParts()
  return texts.flatMap((text) => {
    const whole = joined.add(text)
    return whole === null ? [] : [parseMessage(logEntrySchema, whole, 'the log of the run') as LogEntry]
  })
}

function takenBy(run: string): HarnessError {
  return new HarnessError('RUN_TAKEN', `run ${run} is driven by another coordinator, which lives`, {
    hint: 'Wait for its end, or give another --run-id.',
  })
}

/** Makes the error of a coordinator that another one has replaced. */
export function replaced(): HarnessError {
  return new HarnessError('RUN_REPLACED', 'another coordinator has taken the run over', {
    hint: 'Its verdict and record come from there.',
  })
}

function unreadable(): HarnessError {
  return new HarnessError('POOL_UNREACHABLE', 'the log of the run could not be read', {
    hint: 'See whether the broker is well, and start the run again.',
  })
}

const OPEN_TRIES = 3

/** Makes sure that a log is there; resolves to its number of entries. @throws HarnessError POOL_UNREACHABLE when the broker keeps none */
export async function lastOf(log: Log): Promise<number> {
  for (let tries = OPEN_TRIES; ; tries--)
    try {
      return await log.ensure()
    } catch (cause) {
      if (tries > 1) continue
      throw new HarnessError('POOL_UNREACHABLE', `the broker makes no log for the run: ${messageOf(cause)}`, {
        cause,
        hint: 'Start it with JetStream (nats-server -js) and room in its store.',
      })
    }
}
