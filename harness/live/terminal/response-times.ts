/** Response times: percentiles of the last seconds and of the run, their course, and bars. */
import { inGroups } from '../../base/in-groups.ts'
import { formatCount } from '../../base/units.ts'
import type { LatencyBar, LatencyFigures } from '../../model/live-view.ts'
import { percentText, secondsText, timeText } from '../../text/figure-text.ts'
import { type Block, rule, section } from './blocks.ts'
import { chartLine, toneOfColour } from './chart-lines.ts'
import { bar, highestOf, label, sparkline } from './figures.ts'
import type { ScreenModel } from './screen-model.ts'
import { type Line, padText, type Span, span, type Tone } from './styled-text.ts'

const LABEL_WIDTH = 10
const CELL_WIDTHS = { least: 8, most: 11 }

/** Percentiles. */
export function responseTimesBlock(screen: ScreenModel, rank: number): Block {
  const { view, width } = screen
  const { window, run, windowMs } = view
  const cell = Math.min(CELL_WIDTHS.most, Math.max(CELL_WIDTHS.least, Math.floor((width - LABEL_WIDTH) / 4)))
  const heads = ['p50', 'p95', 'p99', 'max'].map((head) => span(padText(head, cell, 'right'), 'dim'))
  const figures = (of: LatencyFigures, tone: Tone): Span[] =>
    (of.count === 0
      ? ['-', '-', '-', '-']
      : [of.p50Ms, of.p95Ms, of.p99Ms, of.maxMs].map((ms) => latencyText(ms, of))
    ).map((text) => span(padText(text, cell, 'right'), tone))
  const room = width - LABEL_WIDTH
  const slowest = chartLine(screen, 'latency', 'p99', room)
  return section({
    rank,
    title: 'Response time',
    width,
    short:
      window.count === 0
        ? [span('no answers in the last seconds', 'dim')]
        : [
            p99Of(window),
            span(`, p95 ${latencyText(window.p95Ms, window)}, p50 ${latencyText(window.p50Ms, window)}`),
          ],
    lines: [
      [label(''), ...heads],
      [label(`last ${secondsText(windowMs)}`), ...figures(window, 'bold')],
      [label('run'), ...figures(run, 'plain')],
    ],
    extra:
      slowest === null
        ? []
        : [
            [
              label(slowest.label),
              span(sparkline(slowest.values, highestOf(slowest.values), room), toneOfColour(slowest.colour)),
            ],
          ],
  })
}

function p99Of(window: LatencyFigures): Span {
  return span(`p99 ${latencyText(window.p99Ms, window)}`, 'bold')
}

/** With `≥` where it falls among requests that nobody answered. */
function latencyText(ms: number, { lowerBoundFromMs }: LatencyFigures): string {
  return `${lowerBoundFromMs !== null && ms >= lowerBoundFromMs ? '≥' : ''}${timeText(ms)}`
}

/** Rows from which bars tell anything: a title and some. */
const BARS_LEAST = 4

/** The spread of the last seconds; null while there are no answers. */
export function barsBlock({ view, width }: ScreenModel, rank: number): Block | null {
  const { bars, windowMs } = view
  if (bars.length === 0) return null
  const title = rule(`Response time distribution, last ${secondsText(windowMs)}`, width)
  const most = bars.length + 1
  return {
    rank,
    least: BARS_LEAST,
    half: BARS_LEAST,
    good: most,
    most,
    isExtra: true,
    render: (rows) => [title, ...barLines(joined(bars, rows - 1), width)],
  }
}

/** Neighbours as one, so that no more are left than there is room for. */
function joined(bars: readonly LatencyBar[], most: number): LatencyBar[] {
  const each = Math.ceil(bars.length / most)
  return inGroups(bars, each).map((group) => {
    const [first, last] = [group[0] as LatencyBar, group.at(-1) as LatencyBar]
    return {
      fromMs: first.fromMs,
      toMs: last.toMs,
      count: group.reduce((sum, { count }) => sum + count, 0),
    }
  })
}

const TIME_WIDTH = 8
const FIGURES_WIDTH = 16

function barLines(bars: readonly LatencyBar[], width: number): Line[] {
  const total = bars.reduce((sum, { count }) => sum + count, 0)
  const highest = Math.max(...bars.map(({ count }) => count))
  const room = Math.max(4, width - TIME_WIDTH - 1 - FIGURES_WIDTH)
  return bars.map(({ toMs, count }) => [
    span(`${padText(`<${timeText(toMs)}`, TIME_WIDTH, 'right')} `, 'dim'),
    span(bar(count / highest, room), 'accent'),
    ...(count === 0 ? [] : [span(` ${formatCount(count)}`), span(` ${percentText(count / total)}`, 'dim')]),
  ])
}
