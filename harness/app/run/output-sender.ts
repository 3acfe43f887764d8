/** The batches of one output on their way. Nothing here can stop or slow a run: what fails is counted, and said once. */
import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { resilient } from '../../base/resilience.ts'
import type { MetricBatch } from '../../model/metric-point.ts'
import type { OutputReport } from '../../model/output-report.ts'
import type { Output, RunEnd } from '../../ports/output.ts'
import { OneByOne } from './one-by-one.ts'

/** Batches that may wait; of more, the oldest is dropped. */
const QUEUE_MAX = 60
/** Seconds end a little early or late. */
const SLACK_MS = 500
/** Limit of one batch, and of what is still to be sent at the end of a run. */
const SEND_MS = 5_000
const RESILIENCE = {
  attempts: 1,
  timeoutMs: SEND_MS,
  pauseMs: 1,
  breaker: { failures: 5, breakMs: 30_000 },
} as const

export interface OutputSenderOptions {
  readonly name: string
  readonly plugin: string
  /** For people. */
  readonly place: string
  /** True: it reads points when it is asked. */
  readonly isAsked: boolean
  /** Milliseconds from one batch to the next. */
  readonly everyMs: number
  readonly output: Output
  readonly clock: Clock
  /** Masks secrets in what a receiver says. */
  readonly redact: (text: string) => string
  /** Called for the first failure, and for no other. */
  readonly onWarning: (text: string) => void
}

export class OutputSender {
  readonly #options: OutputSenderOptions
  readonly #policy = resilient(RESILIENCE)
  readonly #batches: OneByOne<MetricBatch>
  #dueMs = 0
  #sentCount = 0
  #failedCount = 0
  #lastError: string | null = null
  #isFailing = false
  #hasWarned = false

  constructor(options: OutputSenderOptions) {
    const { clock, output } = options
    this.#options = options
    this.#batches = new OneByOne({
      clock,
      waitingMax: QUEUE_MAX,
      send: (batch) => this.#attempt((signal) => output.send(batch, signal)),
    })
  }

  get name(): string {
    return this.#options.name
  }

  /** True: it reads points when it is asked, which is no reason to translate them. */
  get isAsked(): boolean {
    return this.#options.isAsked
  }

  get report(): OutputReport {
    return {
      plugin: this.#options.plugin,
      place: this.#options.place,
      sentCount: this.#sentCount,
      failedCount: this.#failedCount,
      droppedCount: this.#batches.droppedCount,
      lastError: this.#lastError,
    }
  }

  /** Returns true when it is time for a batch. @param atMs since run start */
  isDue(atMs: number): boolean {
    if (atMs < this.#dueMs - SLACK_MS) return false
    this.#dueMs = atMs + this.#options.everyMs
    return true
  }

  /** Queues a batch and returns. */
  offer(batch: MetricBatch): void {
    this.#batches.offer(batch)
  }

  /** Waits until nothing is queued, for a limited time; never rejects. @param signal aborted, nobody waits any more */
  async settle(signal: AbortSignal): Promise<void> {
    const limit = resilient({ ...RESILIENCE, breaker: null })
    try {
      await limit.execute(() => this.#batches.settle(), signal)
    } catch {
      this.#fail('it was still busy when the run had ended')
    }
  }

  /** Sends the end of a run to a receiver that takes batches; never rejects. */
  async finish(end: RunEnd, signal: AbortSignal): Promise<void> {
    // Whoever did not take the figures of the load makes nobody wait once more.
    if (!this.#isFailing) await this.#attempt((limited) => this.#options.output.finish(end, limited), signal)
  }

  /** @param signal aborted, nobody waits for a reader of the end any more */
  close(signal: AbortSignal): Promise<void> {
    return this.#options.output.close(signal)
  }

  async #attempt(send: (signal: AbortSignal) => Promise<void>, signal?: AbortSignal): Promise<void> {
    try {
      await this.#policy.execute((context) => send(context.signal), signal)
      this.#sentCount++
      this.#isFailing = false
    } catch (error) {
      this.#fail(reasonOf(error))
    }
  }

  #fail(reason: string | null): void {
    const { name, plugin, redact, onWarning } = this.#options
    this.#failedCount++
    this.#isFailing = true
    if (reason !== null) this.#lastError = redact(reason)
    if (this.#hasWarned) return
    this.#hasWarned = true
    onWarning(`output '${name}' (${plugin}) failed: ${this.#lastError ?? 'unknown'}; the run continues`)
  }
}

/** Null for an open breaker, which only says that it is open: the reason is what was seen before. */
function reasonOf(error: unknown): string | null {
  const { isBrokenCircuitError, isTaskCancelledError } = (error ?? {}) as Record<string, unknown>
  if (isBrokenCircuitError === true) return null
  return isTaskCancelledError === true ? `no answer within ${SEND_MS / 1000} s` : messageOf(error)
}
