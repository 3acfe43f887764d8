/** One request of a trial, as a person reads it: what was sent, what came back, and what became of it. Plain data. */

/** A header field. */
export type HeaderField = readonly [name: string, value: string]

/** A body; `text` is null where it is no text. */
export interface TriedBody {
  readonly bytes: number
  readonly text: string | null
  /** The content of what is no text. */
  readonly base64: string | null
}

/** One expectation, and what was found instead. */
export interface TriedExpectation {
  readonly kind: string
  readonly value: unknown
  /** Null: the answer meets it. */
  readonly miss: string | null
  /** The value that the answer would meet; undefined where there is none. */
  readonly refreshed: unknown
}

export interface TriedRequest {
  readonly journey: string
  readonly step: string
  /** `journeys.buy.steps[2]`: its place in the scenario; null for a request of code. */
  readonly place: string | null
  /** 1 for the first attempt. */
  readonly attempt: number
  /** Milliseconds since the trial began, at which it was meant to start. */
  readonly atMs: number
  /** The time of day at which it was meant to start, ms. */
  readonly wallMs: number
  /** The pause of the agent before it, ms. */
  readonly pauseMs: number
  readonly method: string | null
  readonly url: string | null
  readonly sentHeaders: readonly HeaderField[]
  readonly sentBody: TriedBody | null
  /** 0: no answer. */
  readonly status: number
  readonly statusName: string
  readonly headers: readonly HeaderField[]
  readonly body: TriedBody | null
  readonly connectMs: number
  /** From sending to the first byte; null when there was none. */
  readonly ttfbMs: number | null
  /** From sending to the end; null when it was never sent. */
  readonly serviceMs: number | null
  readonly bytesReceived: number
  readonly expectations: readonly TriedExpectation[]
  /** Values that were taken out of the answer. */
  readonly extracted: readonly (readonly [name: string, value: string])[]
  /** `none` when it is good. */
  readonly errorKind: string
  readonly errorText: string
}

/** A message of the thread in which a trial walks. */
export type TrialEvent =
  | { readonly kind: 'request'; readonly request: TriedRequest }
  /** A condition was looked at, or a round of a repeat begins, or none any more. */
  | { readonly kind: 'decision'; readonly question: string; readonly answer: string }
  /** Code has failed an answer that was good. */
  | {
      readonly kind: 'failed-by-code'
      readonly journey: string
      readonly step: string
      readonly reason: string
    }
