/** The top of the screen: what runs, in which state, and how far it is. */

import { formatDurationMs } from '../../base/units.ts'
import type { LiveView } from '../../model/live-view.ts'
import { percentText } from '../../text/figure-text.ts'
import { type Progress, progressOf } from '../../text/progress-text.ts'
import { meter } from './figures.ts'
import type { ScreenModel } from './screen-model.ts'
import { cutLine, type Line, lineWidth, type Span, span, spread, type Tone } from './styled-text.ts'

const BADGES: Readonly<Record<LiveView['stage'], Tone>> = {
  preparing: 'badge',
  running: 'badge',
  draining: 'warn-badge',
  done: 'badge',
  failed: 'bad-badge',
}

/** Name and state of the run. */
export function titleLine({ view, width }: ScreenModel, isPaused: boolean): Line {
  const { plan, scenario, runId, stage } = view
  const about =
    plan === null
      ? []
      : [
          `${plan.pattern} (${plan.model} model)`,
          `${plan.threads === 1 ? '1 thread' : `${plan.threads} threads`}`,
          `seed ${plan.seed}`,
        ]
  const left = [
    span(' proofload ', 'badge'),
    span(' '),
    span(scenario, 'bold'),
    span(`  ${[...about, runId].join(' · ')}`, 'dim'),
  ]
  const paused = isPaused ? [span(' VIEW PAUSED ', 'warn-badge'), span(' ')] : []
  return spread(left, [...paused, stageBadge(stage)], width)
}

function stageBadge(stage: LiveView['stage']): Span {
  return span(` ${stage.toUpperCase()} `, BADGES[stage])
}

const BAR_LEAST = 8

/** Shows how much is done and what is left. */
export function progressLine(screen: ScreenModel): Line {
  const { view, nowMs, width } = screen
  const progress = progressOf(view, nowMs)
  const { ratio } = progress
  const text = [span(` ${percentText(ratio)}`, 'bold'), ...whatIsLeft(screen, progress)]
  const room = width - lineWidth(text)
  // Where both do not fit the words are worth more than the bar.
  const filled = room >= BAR_LEAST ? meter(ratio, room, 'accent') : []
  return cutLine([...filled, ...text], width)
}

function whatIsLeft({ view, nowMs, width }: ScreenModel, { left }: Progress): Span[] {
  const { durationMs = 0, iterations = null } = view.plan ?? {}
  const phase = view.phase === '' ? [] : [span('  '), span(view.phase, 'accent')]
  if (view.stage === 'draining') return [...phase, span('  requests in flight finish', 'warn')]
  if (nowMs >= durationMs) return [...phase, span('  load is over')]
  const whole = width < 60 || iterations !== null ? '' : ` of ${formatDurationMs(durationMs)}`
  return [...phase, span(`  ${left}${whole}`)]
}

/** All phases, the present one marked; null where there is but one. */
export function phasesLine({ view, width }: ScreenModel): Line | null {
  const phases = view.plan?.phases ?? []
  if (phases.length < 2) return null
  const spans = phases.flatMap(({ name, startMs, endMs, measured }, i) => {
    const text = `${name} ${formatDurationMs(endMs - startMs)}${measured ? '' : ' (not judged)'}`
    const isNow = name === view.phase
    return [...(i > 0 ? [span(' ── ', 'dim')] : []), span(text, isNow ? 'bold' : 'dim')]
  })
  return cutLine([span('phases  ', 'dim'), ...spans], width)
}
