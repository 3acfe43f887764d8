/** Retries, time limits and breakers for everything outside the hot path; cockatiel does the work. */
import {
  type CircuitBreakerPolicy,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleAll,
  type IPolicy,
  retry,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel'

export interface ResilienceSettings {
  /** Attempts in all, the first included. */
  readonly attempts: number
  /** Of one attempt. */
  readonly timeoutMs: number
  /** Pause before the second attempt; doubled each time, with jitter, up to 30 s. */
  readonly pauseMs: number
  /** Failures in a row after which nothing is tried for `breakMs`; null: no breaker. */
  readonly breaker: { readonly failures: number; readonly breakMs: number } | null
}

const PAUSE_MS_MAX = 30_000

/** A policy: `policy.execute(({ signal }) => ...)`. The signal aborts at the time limit, which also rejects when the work does not listen. */
export function resilient({ attempts, timeoutMs, pauseMs, breaker }: ResilienceSettings): IPolicy {
  const retries = retry(handleAll, {
    maxAttempts: attempts - 1,
    backoff: new ExponentialBackoff({ initialDelay: pauseMs, maxDelay: PAUSE_MS_MAX }),
  })
  const limit = timeout(timeoutMs, TimeoutStrategy.Aggressive)
  if (breaker === null) return wrap(retries, limit)
  const broken: CircuitBreakerPolicy = circuitBreaker(handleAll, {
    halfOpenAfter: breaker.breakMs,
    breaker: new ConsecutiveBreaker(breaker.failures),
  })
  return wrap(retries, broken, limit)
}
