/**
 * The alerts of one channel on their way: a bounded queue and one sender. Nothing here can stop or slow a run: what cannot
 * be delivered is counted, and said once.
 */
import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { resilient } from '../../base/resilience.ts'
import type { Alert, AlertReport } from '../../model/alert.ts'
import type { AlertChannel } from '../../ports/alert-channel.ts'

/** Alerts that may wait; of more, the oldest is dropped. */
const QUEUE_MAX = 100
const RESILIENCE = {
  attempts: 3,
  timeoutMs: 5_000,
  pauseMs: 500,
  breaker: { failures: 5, breakMs: 30_000 },
} as const

/** Options of a sender. */
export interface SenderOptions {
  /** As the scenario calls the channel. */
  readonly name: string
  readonly plugin: string
  readonly channel: AlertChannel
  readonly clock: Clock
  /** Masks secrets in what a service says. */
  readonly redact: (text: string) => string
  /** Called for the first failure, and for no other. */
  readonly onWarning: (text: string) => void
}

export class AlertSender {
  readonly #options: SenderOptions
  readonly #policy = resilient(RESILIENCE)
  readonly #over = new AbortController()
  readonly #queue: Alert[] = []
  /** Dedupe keys of firing alerts that were meant for this channel. */
  readonly #offered = new Set<string>()
  /** Keys among them that the service may know of: an alert that timed out may have arrived. */
  readonly #attempted = new Set<string>()
  #sending: Promise<void> | null = null
  #isUnderWay = false
  #deliveredCount = 0
  #failedCount = 0
  #droppedCount = 0
  #lastError: string | null = null
  #hasWarned = false

  constructor(options: SenderOptions) {
    this.#options = options
  }

  /** Queues an alert and returns; a resolved one only when its firing one was offered before. */
  offer(alert: Alert): void {
    if (this.#over.signal.aborted) return
    if (alert.status === 'firing') this.#offered.add(alert.dedupeKey)
    else if (!this.#offered.has(alert.dedupeKey)) return
    this.#queue.push(alert)
    if (this.#queue.length > QUEUE_MAX) {
      this.#queue.shift()
      this.#droppedCount++
    }
    // Not in the caller's turn of the loop.
    this.#sending ??= new Promise((resolve) => {
      this.#options.clock.soon(() => void this.#sendAll().then(resolve))
    })
  }

  /** Takes note of an alert that a process before this one has sent: its end is for this channel, too. */
  recall({ dedupeKey }: Alert): void {
    this.#offered.add(dedupeKey)
    this.#attempted.add(dedupeKey)
  }

  /** Resolves when nothing waits or is under way; never rejects. */
  async settle(): Promise<void> {
    await this.#sending
  }

  /** Gives up what is not delivered by now, and closes the channel; never rejects. */
  async stop(): Promise<void> {
    this.#over.abort()
    if (this.#isUnderWay) this.#fail('the run was over before it was delivered')
    this.#dropRest()
    try {
      await this.#options.channel.close()
    } catch (error) {
      this.#warn(this.#options.redact(messageOf(error)))
    }
  }

  get report(): AlertReport['channels'][string] {
    return {
      plugin: this.#options.plugin,
      deliveredCount: this.#deliveredCount,
      failedCount: this.#failedCount,
      droppedCount: this.#droppedCount,
      lastError: this.#lastError,
    }
  }

  async #sendAll(): Promise<void> {
    for (let alert = this.#queue.shift(); alert !== undefined; alert = this.#queue.shift()) {
      if (alert.status === 'firing' || this.#attempted.has(alert.dedupeKey)) await this.#send(alert)
    }
    this.#sending = null
  }

  async #send(alert: Alert): Promise<void> {
    this.#isUnderWay = true
    const failure = await this.#failureOf(alert)
    this.#isUnderWay = false
    // What ends after the run was counted when the run ended.
    if (this.#over.signal.aborted) return
    if (failure === null) this.#deliveredCount++
    else this.#fail(failure)
  }

  /** Null when it was delivered. */
  async #failureOf(alert: Alert): Promise<string | null> {
    const seen: { reason: string | null } = { reason: null }
    try {
      await this.#policy.execute(async ({ signal }) => {
        this.#attempted.add(alert.dedupeKey)
        try {
          await this.#options.channel.send(alert, signal)
        } catch (error) {
          seen.reason = messageOf(error)
          throw error
        }
      }, this.#over.signal)
      return null
    } catch (error) {
      // An open breaker only says that it is open; why is what was seen before.
      return seen.reason ?? this.#lastError ?? messageOf(error)
    }
  }

  #dropRest(): void {
    this.#droppedCount += this.#queue.length
    this.#queue.length = 0
    if (this.#droppedCount === 0) return
    const said = `${this.#droppedCount} dropped, as more than ${QUEUE_MAX} waited or the run was over`
    this.#lastError ??= said
    this.#warn(said)
  }

  #fail(reason: string): void {
    const said = this.#options.redact(reason)
    this.#failedCount++
    this.#lastError = said
    this.#warn(said)
  }

  #warn(said: string): void {
    if (this.#hasWarned) return
    this.#hasWarned = true
    const { name, plugin, onWarning } = this.#options
    onWarning(`alerts to '${name}' (${plugin}) failed: ${said}`)
  }
}
