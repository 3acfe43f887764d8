/**
 * The alerts of one channel on their way. Nothing here can stop or slow a run: what cannot be delivered is counted, and said
 * once.
 */
import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { resilient } from '../../base/resilience.ts'
import type { Alert, AlertReport } from '../../model/alert.ts'
import type { AlertChannel } from '../../ports/alert-channel.ts'
import { OneByOne } from './one-by-one.ts'

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
  readonly #alerts: OneByOne<Alert>
  /** Dedupe keys of firing alerts that were meant for this channel. */
  readonly #offered = new Set<string>()
  /** Keys among them that the service may know of: an alert that timed out may have arrived. */
  readonly #attempted = new Set<string>()
  #isUnderWay = false
  #deliveredCount = 0
  #failedCount = 0
  #lastError: string | null = null
  #hasWarned = false

  constructor(options: SenderOptions) {
    this.#options = options
    this.#alerts = new OneByOne({
      clock: options.clock,
      waitingMax: QUEUE_MAX,
      send: (alert) => this.#sendUnlessUnheard(alert),
    })
  }

  /** Queues an alert and returns; a resolved one only when its firing one was offered before. */
  offer(alert: Alert): void {
    if (this.#over.signal.aborted) return
    if (alert.status === 'firing') this.#offered.add(alert.dedupeKey)
    else if (!this.#offered.has(alert.dedupeKey)) return
    this.#alerts.offer(alert)
  }

  /** Takes note of an alert that a process before this one has sent: its end is for this channel, too. */
  recall({ dedupeKey }: Alert): void {
    this.#offered.add(dedupeKey)
    this.#attempted.add(dedupeKey)
  }

  /** Resolves when nothing waits or is under way; never rejects. */
  settle(): Promise<void> {
    return this.#alerts.settle()
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
      droppedCount: this.#alerts.droppedCount,
      lastError: this.#lastError,
    }
  }

  /** The end of an alert is for a service that may know of it. */
  async #sendUnlessUnheard(alert: Alert): Promise<void> {
    if (alert.status === 'firing' || this.#attempted.has(alert.dedupeKey)) await this.#send(alert)
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
    this.#alerts.dropRest()
    const { droppedCount } = this.#alerts
    if (droppedCount === 0) return
    const said = `${droppedCount} dropped, as more than ${QUEUE_MAX} waited or the run was over`
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
