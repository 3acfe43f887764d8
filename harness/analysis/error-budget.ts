/**
 * Error budgets (Google, The Site Reliability Workbook, chapter 5 "Alerting on SLOs").
 *
 *   burned        = bad / (allowed x total)         of the budget that the requests so far came with; above 1: overspent
 *   burn rate     = (bad / total) / allowed         over a window; 1 uses up a whole budget in exactly its period
 *   exhaustion    = period / burned                 of a whole budget, if load and burn stayed as they were
 *
 * Multiwindow, multi-burn-rate alerts (its table 5-8, for a period of 30 days): a burn rate above 14.4 over 1 h, 6 over 6 h
 * or 1 over 3 d, which is 2 %, 5 % or 10 % of the budget. Each must be exceeded over a short window of a twelfth as well,
 * which tells that it still burns. The first two page somebody (fast burn), the third opens a ticket (slow burn). Windows
 * scale with the period, and none is longer than what was measured: a short run shows the burn that a longer one would have.
 */
import { sum } from 'simple-statistics'
import type { BurnAlert, ErrorBudget } from '../model/objective-result.ts'
import type { Exceedances } from './design-effect.ts'

/** Bad requests and requests of a stretch of a run. */
export interface BudgetInterval extends Exceedances {
  readonly startMs: number
  readonly endMs: number
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Period of a budget, and that of the table. */
const BUDGET_DAYS = 30
/** Long windows in a short one. */
const SHORT_PART = 12

/** The most urgent first. */
const ALERTS: readonly { readonly alert: BurnAlert; readonly rate: number; readonly longMs: number }[] = [
  { alert: 'fast-burn', rate: 14.4, longMs: HOUR_MS },
  { alert: 'fast-burn', rate: 6, longMs: 6 * HOUR_MS },
  { alert: 'slow-burn', rate: 1, longMs: 3 * DAY_MS },
]

interface Burn {
  readonly windowMs: number
  readonly rate: number
}

/**
 * Returns the state of a budget at the end of a series; null without requests. Its windows are those of the alert, or the
 * shortest where nothing alerts.
 * @param allowedRatio share of requests that may be bad
 * @param budgetDays period that a whole budget is for
 */
export function errorBudget(
  series: readonly BudgetInterval[],
  allowedRatio: number,
  budgetDays = BUDGET_DAYS,
): ErrorBudget | null {
  const whole = totalOf(series)
  if (whole.total <= 0) return null
  const burned = rateOf(whole, allowedRatio)
  const { alert, long, short } = alertOf(series, allowedRatio, budgetDays)
  return {
    allowedRatio,
    badCount: Math.round(whole.over),
    totalCount: Math.round(whole.total),
    burnedRatio: finite(burned),
    budgetLeftRatio: Math.max(0, 1 - burned),
    burnRate: { long: shown(long), short: shown(short) },
    alert,
    budgetDays,
    exhaustionMs: burned === 0 ? null : (budgetDays * DAY_MS) / burned,
  }
}

function totalOf(series: readonly Exceedances[]): Exceedances {
  return { over: sum(series.map(({ over }) => over)), total: sum(series.map(({ total }) => total)) }
}

/** Burn rate of a stretch. One bad request where none is allowed is infinitely many times the budget. */
function rateOf({ over, total }: Exceedances, allowedRatio: number): number {
  if (over <= 0 || total <= 0) return 0
  return allowedRatio <= 0 ? Number.POSITIVE_INFINITY : over / total / allowedRatio
}

function alertOf(
  series: readonly BudgetInterval[],
  allowedRatio: number,
  budgetDays: number,
): { readonly alert: BurnAlert; readonly long: Burn; readonly short: Burn } {
  const measuredMs = (series.at(-1)?.endMs ?? 0) - (series[0]?.startMs ?? 0)
  const burnOver = (windowMs: number): Burn => ({
    windowMs,
    rate: rateOf(lastOf(series, windowMs), allowedRatio),
  })
  const looks = ALERTS.map(({ alert, rate, longMs }) => {
    const windowMs = Math.min((longMs * budgetDays) / BUDGET_DAYS, measuredMs)
    const [long, short] = [burnOver(windowMs), burnOver(windowMs / SHORT_PART)]
    return { alert: long.rate > rate && short.rate > rate ? alert : 'ok', long, short }
  })
  return looks.find(({ alert }) => alert !== 'ok') ?? (looks[0] as (typeof looks)[number])
}

/** The end of a series; an interval that began before the window counts for the part of it that lies within. */
function lastOf(series: readonly BudgetInterval[], windowMs: number): Exceedances {
  const fromMs = (series.at(-1)?.endMs ?? 0) - windowMs
  return totalOf(
    series
      .filter(({ startMs, endMs }) => endMs > fromMs || (endMs === startMs && startMs >= fromMs))
      .map(({ startMs, endMs, over, total }) => {
        const part = startMs >= fromMs ? 1 : (endMs - fromMs) / (endMs - startMs)
        return { over: over * part, total: total * part }
      }),
  )
}

function shown({ windowMs, rate }: Burn): ErrorBudget['burnRate']['long'] {
  return { windowMs, rate: finite(rate) }
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
