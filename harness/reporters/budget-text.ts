import { formatCount } from '../base/units.ts'
import type { ErrorBudget } from '../model/objective-result.ts'

const SPANS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1000, 's'],
] as const

/** `budget 0 % left, burn 9.1 (1m), 12 (5s): fast burn, 30d gone in 3.3d`; empty without a budget, and while it is untouched. */
export function budgetText(budget: ErrorBudget | null): string {
  if (budget === null) return ''
  const { badCount, burnedRatio, budgetLeftRatio, budgetDays, exhaustionMs } = budget
  if (burnedRatio === null) return `no bad request is allowed: ${formatCount(badCount)} seen`
  if (exhaustionMs === null) return ''
  // Rounded down, so that what was touched never reads as whole.
  const left = Math.floor(budgetLeftRatio * 100)
  return `budget ${left} % left, ${burnText(budget)}, ${budgetDays}d gone in ${spanText(exhaustionMs)}`
}

function burnText({ burnRate: { long, short }, alert }: ErrorBudget): string {
  const each = [long, short].map(({ rate, windowMs }) => `${shortNumber(rate ?? 0)} (${spanText(windowMs)})`)
  return `burn ${each.join(', ')}${alert === 'ok' ? '' : `: ${alert.replace('-', ' ')}`}`
}

/** In one unit: two digits are enough for an extrapolation. */
function spanText(durationMs: number): string {
  const [unitMs, unit] = SPANS.find(([lengthMs]) => durationMs >= lengthMs) ?? [1, 'ms']
  return `${shortNumber(durationMs / unitMs)}${unit}`
}

function shortNumber(value: number): string {
  const rounded = Number(value.toPrecision(2))
  return rounded < 100 ? String(rounded) : formatCount(rounded)
}
