/** A watched run in words and figures. Pure: what stands where on the page is `live-panels.ts`. */
import {
  formatAmount,
  formatBytes,
  formatCount,
  formatDurationMs,
  formatInUnit,
  formatRatio,
} from '../../base/units.ts'
import type {
  LatencyBar,
  LatencyFigures,
  LiveEvent,
  LiveView,
  ObjectiveStatus,
} from '../../model/live-view.ts'
import { titleOf } from '../../text/demand-text.ts'
import { clockText, percentText, rateText, secondsText } from '../../text/figure-text.ts'
import { outcomeText } from '../../text/outcome-text.ts'
import { wordTone } from '../../text/word-tone.ts'

/** A meaning, from good to bad; the page gives each a colour and a sign of its own. */
export type Tone = 'good' | 'warn' | 'bad' | 'quiet' | 'plain'

export interface Figure {
  readonly label: string
  readonly value: string
  readonly tone: Tone
}

export interface StatusText {
  readonly sign: string
  readonly state: string
  readonly tone: Tone
  readonly title: string
  readonly detail: string
}

/** A bar and what it stands for; the longest has a share of 1. */
export interface Bar {
  readonly label: string
  readonly value: string
  readonly share: number
}

/** Bars of what happens most; the rest is one. */
const KINDS_MAX = 12

export function stageText({ stage, verdict }: LiveView): { readonly text: string; readonly tone: Tone } {
  if (verdict !== null) return { text: outcomeText(verdict.outcome), tone: outcomeTone(verdict.outcome) }
  return { text: stage, tone: stage === 'failed' ? 'bad' : 'plain' }
}

export function outcomeTone(outcome: string): Tone {
  const tone = wordTone(outcome)
  return tone === null || tone === 'doubt' ? 'warn' : tone
}

/** Says on one line what is being run. */
export function factsText({ plan, runId }: LiveView): string {
  if (plan === null) return ''
  const { pattern, model, agents, threads, seed, targets } = plan
  return [
    runId,
    `${pattern} (${model} model)`,
    `up to ${formatAmount(agents, 'agent')}`,
    formatAmount(threads, 'thread'),
    `seed ${seed}`,
    targets.join(', '),
  ].join(' · ')
}

/** Tells how far the plan has come. */
export function progressOf({ plan, nowMs, stage }: LiveView): {
  readonly ratio: number
  readonly left: string
} {
  if (plan === null) return { ratio: 0, left: '' }
  const leftMs = plan.durationMs - nowMs
  const whole = formatDurationMs(plan.durationMs)
  if (stage === 'done' || stage === 'failed') return { ratio: 1, left: `${secondsText(nowMs)} of ${whole}` }
  return {
    ratio: Math.min(1, nowMs / plan.durationMs),
    left: `${secondsText(leftMs)} left`,
  }
}

export function loadFigures(view: LiveView): Figure[] {
  const isBehind = view.startedPerSec < 0.9 * view.plannedPerSec
  return [
    plain('Journeys planned', rateText(view.plannedPerSec)),
    { label: 'Journeys started', value: rateText(view.startedPerSec), tone: isBehind ? 'warn' : 'plain' },
    plain('Requests', rateText(view.requestsPerSec)),
    plain('Agents at work', `${formatCount(view.activeAgents)} of ${formatCount(view.plan?.agents ?? 0)}`),
    plain('In flight', formatCount(view.inFlight)),
    { label: 'Backlog', value: formatCount(view.backlog), tone: view.backlog > 0 ? 'warn' : 'plain' },
    plain('Requests so far', formatCount(view.requestCount)),
  ]
}

/** Percentiles of the window and of the run: heads, then rows. */
export function latencyTable({ window, windowMs, run }: LiveView): {
  readonly heads: readonly string[]
  readonly rows: readonly (readonly string[])[]
} {
  const time = (of: LatencyFigures, ms: number) => {
    const isAtLeast = of.lowerBoundFromMs !== null && ms >= of.lowerBoundFromMs
    return of.count === 0 ? '-' : `${isAtLeast ? '≥' : ''}${formatDurationMs(ms)}`
  }
  const row = (label: string, pick: (of: LatencyFigures) => number) => [
    label,
    time(window, pick(window)),
    time(run, pick(run)),
  ]
  return {
    heads: ['', `last ${secondsText(windowMs)}`, 'run'],
    rows: [
      row('p50', ({ p50Ms }) => p50Ms),
      row('p95', ({ p95Ms }) => p95Ms),
      row('p99', ({ p99Ms }) => p99Ms),
      row('max', ({ maxMs }) => maxMs),
      ['requests', formatCount(window.count), formatCount(run.count)],
    ],
  }
}

export function latencyBars(bars: readonly LatencyBar[]): Bar[] {
  const most = Math.max(1, ...bars.map(({ count }) => count))
  return bars.map(({ fromMs, toMs, count }) => ({
    label: `${shortMs(fromMs)}–${shortMs(toMs)}`,
    value: formatCount(count),
    share: count / most,
  }))
}

export function errorFigures({ errors, errorCount, requestCount }: LiveView): Figure[] {
  const ratio = errorCount / Math.max(1, requestCount)
  const kinds = Object.entries(errors).sort(([, a], [, b]) => b - a)
  const rest = kinds.slice(KINDS_MAX).reduce((sum, [, count]) => sum + count, 0)
  return [
    {
      label: 'All',
      value: `${formatCount(errorCount)} (${formatRatio(ratio)})`,
      tone: errorCount > 0 ? 'bad' : 'good',
    },
    ...kinds.slice(0, KINDS_MAX).map(([kind, count]) => plain(kind, formatCount(count))),
    ...(rest > 0 ? [plain('others', formatCount(rest))] : []),
  ]
}

/** The instrument itself: whether it can be believed. */
export function generatorText({ generator }: LiveView): { readonly text: string; readonly tone: Tone } {
  if (generator === null) return { text: 'nothing seen yet', tone: 'quiet' }
  const { level, reason } = generator
  if (level === 'ok') return { text: '✓ healthy', tone: 'good' }
  if (level === 'strained') return { text: `▲ near its limit: ${reason}`, tone: 'warn' }
  return { text: `✕ unreliable: ${reason}`, tone: 'bad' }
}

export function generatorFigures({ generator }: LiveView): Figure[] {
  if (generator === null) return []
  const { loopBusyRatio, longestTurnMs, gcPauseMs, startDelayMs, cpuCores, rssBytes } = generator
  return [
    plain('Start delay (p99)', startDelayMs === null ? '-' : formatDurationMs(startDelayMs)),
    plain('Loop busy', percentText(loopBusyRatio)),
    plain('Longest turn', formatDurationMs(longestTurnMs)),
    plain('Longest collection', formatDurationMs(gcPauseMs)),
    plain('CPU', coresText(cpuCores)),
    plain('Memory', formatBytes(rssBytes)),
  ]
}

export function targetFigures({ target }: LiveView): Figure[] {
  if (target === null) return [{ label: 'Resources', value: 'not measured (targets.*.pid)', tone: 'quiet' }]
  return [plain('CPU', coresText(target.cpuCores)), plain('Memory', formatBytes(target.rssBytes))]
}

export function regionBars({ regions }: LiveView): Bar[] {
  const entries = Object.entries(regions)
  const total = Math.max(
    1,
    entries.reduce((sum, [, agents]) => sum + agents, 0),
  )
  return entries.map(([region, agents]) => ({
    label: region,
    value: `${formatCount(agents)} (${percentText(agents / total)})`,
    share: agents / total,
  }))
}

function countdownText(leftMs: number): string {
  return leftMs > 0 ? `fires in ${secondsText(leftMs)}` : 'fires now'
}

/** Says how an objective stands; while pending, how long until it fires. */
export function statusText(status: ObjectiveStatus, nowMs: number): StatusText {
  const { name, expect, state, severity, sinceMs, firesAtMs, observed, unit, annotations, budgetLeftRatio } =
    status
  const claim = name === null ? [] : [expect]
  const seen = observed === null ? [] : [`observed ${formatInUnit(observed, unit)}`]
  const since = sinceMs === null ? [] : [`since ${clockText(sinceMs)}`]
  const left = firesAtMs === null ? [] : [countdownText(firesAtMs - nowMs)]
  const budget = budgetLeftRatio === null ? [] : [`${percentText(budgetLeftRatio)} of the error budget left`]
  const where = Object.entries(annotations).map(([what, value]) => `${what} ${value}`)
  return {
    ...SIGNS[state],
    title: titleOf(status),
    detail: [...claim, severity, ...left, ...seen, ...since, ...budget, ...where].join(' · '),
  }
}

const SIGNS: Readonly<Record<ObjectiveStatus['state'], Pick<StatusText, 'sign' | 'state' | 'tone'>>> = {
  ok: { sign: '✓', state: 'ok', tone: 'good' },
  pending: { sign: '▲', state: 'pending', tone: 'warn' },
  firing: { sign: '✕', state: 'firing', tone: 'bad' },
  recovering: { sign: '↻', state: 'recovering', tone: 'warn' },
  'not-watched': { sign: '○', state: 'judged at the end', tone: 'quiet' },
}

/** Objectives that changed, for who does not see them; '' when none did. */
export function statusChanges(before: readonly ObjectiveStatus[], now: readonly ObjectiveStatus[]): string {
  const changed = now.filter((status, i) => before[i]?.id === status.id && before[i]?.state !== status.state)
  return changed.map((status) => `${titleOf(status)} is ${SIGNS[status.state].state}`).join('; ')
}

export function eventTone({ level }: LiveEvent): Tone {
  if (level === 'info') return 'plain'
  return level === 'warning' ? 'warn' : 'bad'
}

function plain(label: string, value: string): Figure {
  return { label, value, tone: 'plain' }
}

function coresText(cores: number): string {
  return `${cores.toFixed(2)} cores`
}

function shortMs(durationMs: number): string {
  return durationMs < 1000
    ? `${durationMs.toPrecision(durationMs < 10 ? 2 : 3)} ms`
    : `${(durationMs / 1000).toPrecision(3)} s`
}
