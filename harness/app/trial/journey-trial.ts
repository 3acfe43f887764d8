/** One journey of a trial: gathers what became of it. */
import { sum } from 'simple-statistics'
import type { CheckCounts, IntervalSnapshot } from '../../model/interval-snapshot.ts'
import type { TrialEvent, TriedRequest } from '../../model/tried-request.ts'
import type { LoadEnd } from '../../ports/load-driver.ts'

/** The outcome of one journey. */
export interface TriedJourney {
  readonly journey: string
  readonly requestCount: number
  /** Requests that failed for good; one that a later attempt made good is none. */
  readonly failedCount: number
  readonly checks: readonly Pick<CheckCounts, 'check' | 'passed' | 'failed'>[]
  /** Everything that failed besides requests, for people. */
  readonly problems: readonly string[]
}

/** Tells whether a journey ended as its author wants. */
export function isGood({ failedCount, problems, checks }: TriedJourney): boolean {
  return failedCount === 0 && problems.length === 0 && checks.every(({ failed }) => failed === 0)
}

export class JourneyTrial {
  readonly #journey: string
  readonly #asked: number
  readonly #snapshots: IntervalSnapshot[] = []
  readonly #failedByCode: string[] = []
  #requestCount = 0
  #failedCount = 0
  #last: TriedRequest | null = null

  /** @param asked the number of times that it is to be walked */
  constructor(journey: string, asked: number) {
    this.#journey = journey
    this.#asked = asked
  }

  /** True when its login has failed. */
  get isGivenUp(): boolean {
    return sum(this.#snapshots.map(({ dispatch }) => dispatch.cancelled)) > 0
  }

  take(snapshots: readonly IntervalSnapshot[]): void {
    this.#snapshots.push(...snapshots)
  }

  takeEvent(event: TrialEvent): void {
    if (event.kind === 'failed-by-code') {
      this.#failedByCode.push(`${event.step}: ${event.reason}`)
      return
    }
    if (event.kind === 'decision') return
    const { request } = event
    this.#requestCount++
    if (request.attempt > 1 && this.#last !== null && isBad(this.#last)) this.#failedCount--
    if (isBad(request)) this.#failedCount++
    this.#last = request
  }

  end({ shards }: LoadEnd): TriedJourney {
    const walked = sum(this.#snapshots.map(({ dispatch }) => dispatch.started))
    const failures = this.#snapshots.flatMap((snapshot) => snapshot.failures)
    const texts = failures
      .filter(({ of }) => of !== 'requests')
      .flatMap(({ step, counts }) => counts.map(({ text }) => `${step}: ${text}`))
    const threads = shards.flatMap(({ status, message }) =>
      status === 'finished' || message === null ? [] : [message],
    )
    const missing = this.#asked - walked
    return {
      journey: this.#journey,
      requestCount: this.#requestCount,
      failedCount: this.#failedCount,
      checks: this.#snapshots.flatMap(({ checks }) => checks),
      problems: [
        ...this.#failedByCode,
        ...texts,
        ...threads,
        ...(missing > 0 ? [this.#missingText(missing)] : []),
      ],
    }
  }

  #missingText(missing: number): string {
    if (this.isGivenUp) return 'the login failed, and the journey was not begun'
    return `it was begun ${this.#asked - missing} of ${this.#asked} times: no row left, or no time`
  }
}

function isBad({ errorKind }: TriedRequest): boolean {
  return errorKind !== 'none'
}
