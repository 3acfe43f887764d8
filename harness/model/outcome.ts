/**
 * The outcome of one request and its cause. The hot path stores the *index* into these lists; the order is part of the record
 * format.
 */

/**
 * ok: answered and judged good; failed: answered and judged wrong; errored: no answer; timed-out: no answer for as long as
 * was waited, so its time is a lower bound (right-censored); aborted: given up by the harness for reasons of its own.
 */
export const STEP_OUTCOMES = ['ok', 'failed', 'errored', 'timed-out', 'aborted'] as const

export const OUTCOME_OK = 0
export const OUTCOME_FAILED = 1
export const OUTCOME_ERRORED = 2
export const OUTCOME_TIMED_OUT = 3
export const OUTCOME_ABORTED = 4

/**
 * Returns true for the outcomes whose times are what users waited for an answer that served them; the time of a timeout is a
 * lower bound. The time of a failure is not comparable: an error is not a fast success. `''` stands for times that are not told
 * apart by outcome.
 */
export function isServed(outcome: string): boolean {
  return (
    outcome === '' || outcome === STEP_OUTCOMES[OUTCOME_OK] || outcome === STEP_OUTCOMES[OUTCOME_TIMED_OUT]
  )
}

/** The label value that selects every outcome. */
export const ANY_OUTCOME = 'any'

/** Every way a request can go wrong has one of these names. */
export const ERROR_KINDS = [
  'none',
  'refused',
  'reset',
  'timeout-connect',
  'timeout-first-byte',
  'timeout-total',
  'protocol',
  'tls',
  'dns',
  'too-large',
  'status',
  'expectation',
  'code',
  'connect',
  'aborted',
  'no-descriptor',
  'no-port',
  'unanswered',
  'generator-stall',
  'extraction',
  'check',
  'auth',
  'unavailable',
  'conflict',
  'nack',
  'returned',
  'closed',
  'incomplete',
  'timeout-message',
] as const
export type ErrorKind = (typeof ERROR_KINDS)[number]

/** Index of a kind in `ERROR_KINDS`, for the hot path. */
export const ERROR_KIND_INDEX = Object.fromEntries(
  ERROR_KINDS.map((kind, index) => [kind, index]),
) as Readonly<Record<ErrorKind, number>>

/** The outcome that a kind leads to. */
export function outcomeOfErrorKind(kind: number): number {
  switch (ERROR_KINDS[kind]) {
    case 'none':
      return OUTCOME_OK
    case 'status':
    case 'expectation':
    case 'extraction':
    case 'check':
    case 'unavailable':
    case 'conflict':
    case 'nack':
    case 'returned':
      return OUTCOME_FAILED
    case 'timeout-connect':
    case 'timeout-first-byte':
    case 'timeout-total':
    case 'unanswered':
    case 'timeout-message':
      return OUTCOME_TIMED_OUT
    case 'aborted':
    case 'generator-stall':
      return OUTCOME_ABORTED
    default:
      return OUTCOME_ERRORED
  }
}

/** Failures that are the harness's or the scenario's own, or an answer that was there: they say nothing of a silent target. */
const NOT_THE_TARGETS_SILENCE: ReadonlySet<ErrorKind> = new Set([
  'none',
  'status',
  'expectation',
  'extraction',
  'check',
  'too-large',
  'code',
  'no-descriptor',
  'no-port',
  'aborted',
  'generator-stall',
  'auth',
  'unavailable',
  'conflict',
  'nack',
  'returned',
  'incomplete',
])

/** By error kind, 1 where the target gave no answer at all: refused, reset, timed out, unanswered. */
export const IS_LOST: Readonly<Uint8Array> = Uint8Array.from(ERROR_KINDS, (kind) =>
  NOT_THE_TARGETS_SILENCE.has(kind) ? 0 : 1,
)
