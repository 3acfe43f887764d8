/** A run in one line. */
import { formatAmount, formatCount } from '../base/units.ts'
import type { LiveView } from '../model/live-view.ts'
import { rateText, secondsText, timeText } from '../text/figure-text.ts'
import { GENERATOR_WORDS } from '../text/generator-words.ts'
import { progressOf } from '../text/progress-text.ts'
import { type Standing, standingOf } from '../text/standing.ts'

const BAD_NEWS = ['failing', 'above limit', 'below limit', 'suspended'] as const

/** While it goes on: phase, time left, rates, response time, errors, and what is amiss with objectives and the generator. */
export function progressLine(view: LiveView): string {
  const { stage, phase, nowMs, objectives, generator, window } = view
  const standing = (word: Standing) => objectives.filter((status) => standingOf(status) === word).length
  const told = (count: number, what: string) => (count > 0 ? [`${formatCount(count)} ${what}`] : [])
  return [
    stage === 'draining' ? 'draining' : phase,
    progressOf(view, nowMs).left,
    `${formatCount(view.activeAgents)} agents`,
    `journeys ${rateText(view.startedPerSec)} of ${rateText(view.plannedPerSec)} planned`,
    `${rateText(view.requestsPerSec)} requests`,
    `p50 ${timeText(window.p50Ms)}`,
    `p99 ${timeText(window.p99Ms)}`,
    formatAmount(view.errorCount, 'error'),
    ...told(view.backlog, 'in the backlog'),
    ...BAD_NEWS.flatMap((word) => told(standing(word), word)),
    ...(generator === null || generator.level === 'ok'
      ? []
      : [`generator ${GENERATOR_WORDS[generator.level]}`]),
  ].join(' | ')
}

/** Sums up a run that is over. */
export function lastLine({ scenario, runId, nowMs, requestCount, errorCount, run, plan }: LiveView): string {
  return [
    // The verdict is of the measured part alone: its figures are others.
    `${scenario} ${runId}: load for ${secondsText(nowMs)}${hasWarmUp(plan) ? ' with warm-up' : ''}`,
    formatAmount(requestCount, 'request'),
    formatAmount(errorCount, 'error'),
    `p50 ${timeText(run.p50Ms)}`,
    `p99 ${timeText(run.p99Ms)}`,
  ].join(', ')
}

function hasWarmUp(plan: LiveView['plan']): boolean {
  return plan?.phases.some(({ measured }) => !measured) === true
}
