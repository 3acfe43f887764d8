/** Retries, time limits and circuit breakers for everything outside the hot path, based on cockatiel. */
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
import { TIMER_MS_MAX } from './clock.ts'

export interface ResilienceSettings {
  /** The number of attempts, the first included. */
  readonly attempts: number
  /** The time limit of one attempt. */
  readonly timeoutMs: number
  /** The pause before the second attempt; doubled each time, with jitter, up to 30 s. */
  readonly pauseMs: number
  /** The number of consecutive failures after which nothing is tried for `breakMs`; null: no breaker. */
  readonly breaker: { readonly failures: number; readonly breakMs: number } | null
}

const PAUSE_MS_MAX = 30_000

/**
 * Creates a policy: `policy.execute(({ signal }) => ...)`. At the time limit the signal aborts, and the call rejects even if the
 * work ignores the signal.
 */
export function resilient({ attempts, timeoutMs, pauseMs, breaker }: ResilienceSettings): IPolicy {
  const retries = retry(handleAll, {
    maxAttempts: attempts - 1,
    backoff: new ExponentialBackoff({ initialDelay: pauseMs, maxDelay: PAUSE_MS_MAX }),
  })
  const limit = timeout(Math.min(timeoutMs, TIMER_MS_MAX), TimeoutStrategy.Aggressive)
  if (breaker === null) return wrap(retries, limit)
  const broken: CircuitBreakerPolicy = circuitBreaker(handleAll, {
    halfOpenAfter: breaker.breakMs,
    breaker: new ConsecutiveBreaker(breaker.failures),
  })
  return wrap(retries, broken, limit)
}
