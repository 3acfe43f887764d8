/** A watched run in words and figures. Pure: what stands where on the page is `live-panels.ts`. */
import { formatAmount, formatBytes, formatCount, formatDurationMs, formatRatio } from '../../base/units.ts'
import type {
  LatencyBar,
  LatencyFigures,
  LiveEvent,
  LiveVerdict,
  LiveView,
  ObjectiveStatus,
} from '../../model/live-view.ts'
import { causeText } from '../../text/failure-text.ts'
import { clockText, percentText, rateText, secondsText } from '../../text/figure-text.ts'
import { GENERATOR_WORDS } from '../../text/generator-words.ts'
import { standingCounts, standingOf, standingText, standingTone, valueText } from '../../text/standing.ts'

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

/** The sign beside a word, for who does not see its colour. */
const SIGNS = { good: '✓', bad: '✕', warn: '▲', quiet: '○' } as const

export function stageText({ stage, verdict }: LiveView): { readonly text: string; readonly tone: Tone } {
  if (verdict !== null) return { text: verdict.word, tone: verdictTone(verdict) }
  return { text: stage, tone: stage === 'failed' ? 'bad' : 'plain' }
}

export function verdictTone({ tone }: LiveVerdict): Tone {
  return tone === 'doubt' ? 'warn' : tone
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

/** The failed requests in all, then by cause and step, the most frequent first; and journeys that their code failed. */
export function errorFigures({ failures, errorCount, requestCount, failedByCode }: LiveView): Figure[] {
  const ratio = errorCount / Math.max(1, requestCount)
  const shown = failures.reduce((sum, { count }) => sum + count, 0)
  const rest = errorCount - shown
  return [
    {
      label: 'All',
      value: `${formatCount(errorCount)} (${formatRatio(ratio)})`,
      tone: errorCount > 0 ? 'bad' : 'good',
    },
    ...failures.map((failure) =>
      plain(`${causeText(failure)} · ${failure.step}`, formatCount(failure.count)),
    ),
    ...(rest > 0 ? [plain('other causes', formatCount(rest))] : []),
    ...(failedByCode > 0
      ? [{ label: 'Journeys failed by code', value: formatCount(failedByCode), tone: 'bad' as const }]
      : []),
  ]
}

/** The instrument itself: whether it can be believed. */
export function generatorText({ generator }: LiveView): { readonly text: string; readonly tone: Tone } {
  if (generator === null) return { text: 'nothing seen yet', tone: 'quiet' }
  const { level, reason } = generator
  const tone = ({ ok: 'good', strained: 'warn', doubt: 'bad' } as const)[level]
  const text = `${SIGNS[tone]} ${GENERATOR_WORDS[level]}`
  return { text: reason === '' || level === 'ok' ? text : `${text}: ${reason}`, tone }
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

/** Says how an objective stands, its value beside its bound, and what else is known. */
export function statusText(status: ObjectiveStatus, nowMs: number): StatusText {
  const { name, claim, state, outcome, severity, sinceMs, annotations, budgetLeftRatio } = status
  const tone = standingTone(standingOf(status))
  const isWell = outcome === null && state === 'ok'
  const since = sinceMs === null || isWell ? [] : [`since ${clockText(sinceMs)}`]
  const budget = budgetLeftRatio === null ? [] : [`${percentText(budgetLeftRatio)} of the error budget left`]
  const where = Object.entries(annotations).map(([what, value]) => `${what} ${value}`)
  return {
    sign: SIGNS[tone],
    state: standingText(status, nowMs),
    tone,
    title: name ?? claim,
    detail: [
      valueText(status),
      ...since,
      ...(name === null ? [] : [claim]),
      severity,
      ...budget,
      ...where,
    ].join(' · '),
  }
}

/** `Objectives: 1 failing, 3 met so far` */
export function objectivesTitle(objectives: readonly ObjectiveStatus[]): string {
  const counts = [...standingCounts(objectives)].map(([standing, count]) => `${count} ${standing}`)
  return counts.length === 0 ? 'Objectives' : `Objectives: ${counts.join(', ')}`
}

/** A value that crosses its bound and back every second is no news; what the monitor believes is. */
function isSameState(a: ObjectiveStatus, b: ObjectiveStatus): boolean {
  return a.state === b.state && a.isSuspended === b.isSuspended && a.outcome === b.outcome
}

/** Objectives whose state changed, for who does not see them; '' when none did. */
export function statusChanges(before: readonly ObjectiveStatus[], now: readonly ObjectiveStatus[]): string {
  const changed = now.filter((status, i) => {
    const known = before[i]
    return known?.id === status.id && !isSameState(known, status)
  })
  return changed.map((status) => `${status.name ?? status.claim}: ${standingOf(status)}`).join('; ')
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
