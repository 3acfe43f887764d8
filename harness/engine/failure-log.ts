/**
 * The failures of a shard by step and journey, as text and by example. Only what failed comes here. What was gathered is handed
 * on every half second and then forgotten, so what a target says cannot fill the memory; nothing leaves unmasked.
 */
import { cutText } from '../base/cut-text.ts'
import type { MaskText } from '../base/secret-mask.ts'
import { traceIdOf } from '../base/trace-id.ts'
import { UNSEEN } from '../base/visible.ts'
import { FailureCounts } from '../measure/failure-counts.ts'
import { FAILURE_SAMPLES_MAX, type FailureSample, type StepFailures } from '../model/failures-schema.ts'
import { ERROR_KINDS } from '../model/outcome.ts'
import type { SentAs } from '../ports/target.ts'
import type { Announce } from './memory-announcement.ts'

/** The number of texts of a step that are told apart between two sendings. */
const TEXTS_MAX = 32
/** The number of samples of a shard over all its steps, phases and kinds. */
export const SHARD_SAMPLES_MAX = 1_000
const TEXT_CHARS_MAX = 200
/** Long enough that a secret which the cut divides lies behind the part that is kept. */
export const RAW_CHARS_MAX = 1_000

/** A request that failed, or a journey that its code failed. */
export interface FailedRequest {
  readonly errorKind: number
  readonly errorText: string
  /** In the shard's own clock. */
  readonly intendedMs: number
  /** 0 when it was never sent. */
  readonly sentMs: number
  readonly status: number
  readonly traceNumber: number
  /** Returns the request as it was sent; null where the target does not tell. */
  sentAs(): SentAs | null
  /** Returns the begin of the body; null when none was kept. */
  bodyStart(charsMax: number): string | null
}

export interface FailureLogSettings {
  readonly announce: Announce
  readonly mask: MaskText
  /** The run start in the shard's own clock. */
  readonly startMs: number
  /** The prefix of the shard's trace ids; null when requests are not traced. */
  readonly tracePrefix: string | null
}

interface Gathered extends Pick<StepFailures, 'phase' | 'of' | 'step'> {
  readonly counts: FailureCounts
  readonly samples: FailureSample[]
}

export class FailureLog {
  readonly #settings: FailureLogSettings
  readonly #gathered = new Map<string, Gathered>()
  /** Samples taken so far, by phase, step and kind. */
  readonly #sampleCounts = new Map<string, number>()
  #sampleCount = 0

  constructor(settings: FailureLogSettings) {
    this.#settings = settings
  }

  add({ phase, of, step }: Pick<StepFailures, 'phase' | 'of' | 'step'>, failed: FailedRequest): void {
    const kind = ERROR_KINDS[failed.errorKind] ?? 'none'
    const text = failed.errorText === '' ? kind : failed.errorText.slice(0, RAW_CHARS_MAX)
    const key = `${phase}\u0000${of}\u0000${step}`
    let gathered = this.#gathered.get(key)
    if (gathered === undefined) {
      gathered = { phase, of, step, counts: new FailureCounts(TEXTS_MAX), samples: [] }
      this.#gathered.set(key, gathered)
    }
    gathered.counts.add(kind, text)
    if (this.#takesSample(`${key}\u0000${kind}`)) gathered.samples.push(this.#sampleOf(kind, text, failed))
  }

  /** Hands on what was gathered since the last call. */
  send(): void {
    const { announce } = this.#settings
    for (const { phase, of, step, counts, samples } of this.#gathered.values()) {
      const told = counts.list().map((entry) => ({ ...entry, text: this.#told(entry.text) }))
      announce({ kind: 'failures', failures: { phase, of, step, counts: told, samples } })
    }
    this.#gathered.clear()
  }

  #takesSample(key: string): boolean {
    const count = this.#sampleCounts.get(key) ?? 0
    if (count >= FAILURE_SAMPLES_MAX || this.#sampleCount >= SHARD_SAMPLES_MAX) return false
    this.#sampleCounts.set(key, count + 1)
    this.#sampleCount++
    return true
  }

  #sampleOf(kind: string, text: string, failed: FailedRequest): FailureSample {
    const { startMs, tracePrefix } = this.#settings
    const { traceNumber, status, intendedMs, sentMs } = failed
    const sent = failed.sentAs()
    const body = failed.bodyStart(RAW_CHARS_MAX)
    return {
      kind,
      text: this.#told(text),
      atMs: Math.round(intendedMs - startMs),
      method: sent === null ? null : this.#told(sent.method),
      url: sent === null ? null : this.#told(sent.url.slice(0, RAW_CHARS_MAX)),
      status: status === 0 ? null : status,
      body: body === null ? null : this.#told(body),
      traceId:
        tracePrefix === null || traceNumber === 0 || sentMs === 0
          ? null
          : traceIdOf(tracePrefix, traceNumber),
    }
  }

  /** Masks a text, before and after what could hide a secret in it is removed, and cuts it. */
  #told(text: string): string {
    const { mask } = this.#settings
    const oneLine = mask(text).replaceAll(/\s+/g, ' ').replaceAll(UNSEEN, '')
    return cutText(mask(oneLine), TEXT_CHARS_MAX)
  }
}
