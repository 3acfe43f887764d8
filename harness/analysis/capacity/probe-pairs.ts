/** Two probes of one x beside each other. */
import type { LimitReading, SearchProbe } from '../../model/capacity.ts'
import { effective } from './limit-reading.ts'

/** Two-sided, at 1 %. */
const DEVIATIONS = 2.576

/** Tests whether a service has changed between two probes of one x. */
export function hasDrifted(
  first: Pick<SearchProbe, 'readings'>,
  again: Pick<SearchProbe, 'readings'>,
): boolean {
  return first.readings.some((a, i) => {
    const b = again.readings[i] ?? null
    return a !== null && b !== null && differ(a, b)
  })
}

/** Tests whether two readings of one limit differ at 1 %. */
export function differ(a: LimitReading, b: LimitReading): boolean {
  if (a.kind === 'value' && b.kind === 'value')
    return Math.abs(a.y - b.y) > DEVIATIONS * Math.sqrt(a.sd ** 2 + b.sd ** 2)
  if (a.kind !== 'share' || b.kind !== 'share') return false
  const [first, second] = [effective(a), effective(b)]
  if (first.n === 0 || second.n === 0) return false
  const share = (first.k + second.k) / (first.n + second.n)
  const variance = share * (1 - share) * (1 / first.n + 1 / second.n)
  return Math.abs(first.k / first.n - second.k / second.n) > DEVIATIONS * Math.sqrt(variance)
}
