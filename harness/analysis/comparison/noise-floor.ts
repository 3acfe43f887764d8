/**
 * The run-to-run noise of this machine, learned from accepted sessions (STATS section 4.5). Successive differences ignore
 * slow drift; those beyond three robust deviations are clipped:
 *
 *   s0^2 = sum (y_t - y_{t-1})^2 / (2 (n-1)) - mean w, at least (1 %)^2        d0 = min(20, 2 (n-1) / 3)
 */
import { mean, median, sum } from 'simple-statistics'
import type { NoiseFloor, Observation } from './moderated-test.ts'

const S0_MIN = 0.01
const D0_MAX = 20
const SESSIONS_MIN = 4
const MAD_SCALE = 1.4826

/** @param sessions in the order of time; null when they are too few to learn from */
export function learnNoiseFloor(sessions: readonly Observation[]): NoiseFloor | null {
  if (sessions.length < SESSIONS_MIN) return null
  const differences = sessions.slice(1).map(({ y }, i) => y - (sessions[i] as Observation).y)
  const robust = MAD_SCALE * median(differences.map(Math.abs))
  const limit = robust === 0 ? Number.POSITIVE_INFINITY : 3 * robust
  const squares = sum(differences.map((difference) => Math.min(Math.abs(difference), limit) ** 2))
  const variance = squares / (2 * differences.length) - mean(sessions.map(({ w }) => w))
  return {
    s0: Math.sqrt(Math.max(variance, S0_MIN ** 2)),
    d0: Math.min(D0_MAX, (2 * differences.length) / 3),
  }
}
