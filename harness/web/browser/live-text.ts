/** A watched run in words and figures. Pure: what stands where on the page is `live-panels.ts`. */
import { formatAmount, formatBytes, formatCount, formatDurationMs, formatRatio } from '../../base/units.ts'
import type { LatencyBar, LatencyFigures, LiveEvent, LiveVerdict, LiveView } from '../../model/live-view.ts'
import { causeText } from '../../text/failure-text.ts'
import { percentText, rateText, secondsText, timeText } from '../../text/figure-text.ts'
import { GENERATOR_WORDS } from '../../text/generator-words.ts'
import { type Progress, progressOf as progressOfLoad } from '../../text/progress-text.ts'

/** A meaning, from good to bad; the page gives each a colour and a sign of its own. */
export type Tone = 'good' | 'warn' | 'bad' | 'quiet' | 'plain'

export interface Figure {
  readonly label: string
  readonly value: string
  readonly tone: Tone
}

/** A bar and what it stands for; the longest has a share of 1. */
export interface Bar {
  readonly label: string
  readonly value: string
  readonly share: number
}

/** The sign beside a word, for who does not see its colour. */
export const SIGNS = { good: '✓', bad: '✕', warn: '▲', quiet: '○' } as const

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
export function progressOf(view: LiveView): Progress {
  const { plan, nowMs, stage } = view
  if (plan === null) return { ratio: 0, left: '' }
  const whole = formatDurationMs(plan.durationMs)
  if (stage === 'done' || stage === 'failed') return { ratio: 1, left: `${secondsText(nowMs)} of ${whole}` }
  return progressOfLoad(view, nowMs)
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

export const HOST_HEADS = ['Worker', 'State', 'Threads', 'Started', 'Loop', 'Longest turn', 'Lag', 'Clock']

/** A row for each worker, the worst first. */
export function hostRows({ hosts }: LiveView): string[][] {
  return hosts.map(({ worker, state, threads, startedPerSec, plannedPerSec, clock, ...host }) => [
    ...[worker, state, `${threads}`],
    `${Math.round(startedPerSec)}/s of ${Math.round(plannedPerSec)}/s`,
    ...[percentText(host.loopBusyRatio), timeText(host.longestTurnMs), timeText(host.lagMs)],
    `±${timeText(clock.boundMs)}`,
  ])
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
