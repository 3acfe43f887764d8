/** The generator, whether it can be believed, and what is known of the target's process. */
import { formatBytes } from '../../base/units.ts'
import type { GeneratorStatus } from '../../model/live-view.ts'
import { percentText, timeText } from '../../text/figure-text.ts'
import { GENERATOR_WORDS } from '../../text/generator-words.ts'
import { type Block, section } from './blocks.ts'
import { label, meter } from './figures.ts'
import type { ScreenModel } from './screen-model.ts'
import { type Line, type Span, span, type Tone, wrapWords } from './styled-text.ts'

const METER_WIDTH = 20

const LEVELS: Readonly<Record<GeneratorStatus['level'], { readonly tone: Tone; readonly sign: string }>> = {
  ok: { tone: 'good', sign: '●' },
  strained: { tone: 'warn', sign: '◐' },
  doubt: { tone: 'bad', sign: '▲' },
}

/** Null before the first second. */
export function generatorBlock({ view, width }: ScreenModel, rank: number): Block | null {
  const { generator } = view
  if (generator === null) return null
  const { level, reason, loopBusyRatio, longestTurnMs, gcPauseMs, startDelayMs, cpuCores, rssBytes } =
    generator
  const { tone, sign } = LEVELS[level]
  const text = `${sign} ${GENERATOR_WORDS[level]}`
  const why = reason === '' ? [] : [span(`: ${reason}`, tone)]
  const late = startDelayMs === null ? '' : `, start delay ${timeText(startDelayMs)} (p99)`
  return section({
    rank,
    title: 'Generator',
    width,
    short: [
      span('generator ', 'dim'),
      span(text, tone),
      ...(why.length > 0 ? why : [busyText(loopBusyRatio)]),
    ],
    lines: [
      [span(text, tone)],
      ...(reason === ''
        ? []
        : wrapWords(span(reason).text, width - 2).map((words) => [span(`  ${words}`, tone)])),
      [label('loop'), ...meterOf(loopBusyRatio, width - 24), busyText(loopBusyRatio)],
      [label('turns'), span(`${timeText(longestTurnMs)} at most, gc ${timeText(gcPauseMs)}${late}`)],
      [label('uses'), span(`${cpuCores.toFixed(1)} cores, ${formatBytes(rssBytes)}`)],
    ],
  })
}

function meterOf(ratio: number, room: number): Span[] {
  const tone = toneOf(ratio)
  return meter(ratio, Math.min(METER_WIDTH, Math.max(6, room)), tone === 'plain' ? 'accent' : tone)
}

function busyText(ratio: number): Span {
  return span(` ${percentText(ratio)} busy`)
}

/** Null while nothing is known of it. */
export function targetBlock({ view, width }: ScreenModel, rank: number): Block | null {
  const { target } = view
  if (target === null) return null
  const { cpuCores, cpuRatio, rssBytes, memoryRatio } = target
  const line = (name: string, ratio: number | null, used: Span): Line => [
    label(name),
    ...(ratio === null ? [] : [...meterOf(ratio, width - 30), span(' ')]),
    used,
  ]
  return section({
    rank,
    title: 'Target',
    width,
    short: [
      span('target ', 'dim'),
      usage(`CPU ${cpuCores.toFixed(1)} cores`, cpuRatio),
      span(', '),
      usage(`memory ${formatBytes(rssBytes)}`, memoryRatio),
    ],
    lines: [
      line('CPU', cpuRatio, usage(`${cpuCores.toFixed(1)} cores`, cpuRatio)),
      line('memory', memoryRatio, usage(formatBytes(rssBytes), memoryRatio)),
    ],
  })
}

function usage(text: string, ratio: number | null): Span {
  return ratio === null ? span(text) : span(`${text} (${percentText(ratio)})`, toneOf(ratio))
}

/** Shares of a resource that are worth a look. */
const LIMITS = { warn: 0.8, bad: 0.95 }

function toneOf(ratio: number): Tone {
  if (ratio >= LIMITS.bad) return 'bad'
  return ratio >= LIMITS.warn ? 'warn' : 'plain'
}
