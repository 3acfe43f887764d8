/** Requests that ended badly, by kind, the most frequent first. */
import { formatCount } from '../../base/units.ts'
import { percentText } from '../../text/figure-text.ts'
import { type Block, section } from './blocks.ts'
import { bar } from './figures.ts'
import type { ScreenModel } from './screen-model.ts'
import { padText, span } from './styled-text.ts'

const FIGURES_WIDTH = 16

export function errorsBlock({ view, width }: ScreenModel, rank: number): Block {
  const { errorCount, requestCount } = view
  if (errorCount === 0)
    return section({
      rank,
      title: 'Errors',
      width,
      short: [span('no errors', 'good')],
      lines: [[span('none', 'good')]],
    })
  const kinds = Object.entries(view.errors).sort(([, a], [, b]) => b - a)
  const share = percentText(errorCount / Math.max(1, requestCount))
  const nameWidth = Math.max(10, Math.min(24, Math.floor(width / 3)))
  const room = Math.max(4, width - nameWidth - 1 - FIGURES_WIDTH)
  const most = kinds[0]?.[1] ?? 1
  const list = kinds.map(([kind, count]) => `${kind} ${formatCount(count)}`).join(', ')
  return section({
    rank,
    title: `Errors ${formatCount(errorCount)} of ${formatCount(requestCount)} requests, ${share}`,
    width,
    short: [span(`${formatCount(errorCount)} errors (${share})`, 'bad'), span(`: ${list}`)],
    lines: kinds.map(([kind, count]) => [
      span(`${padText(span(kind).text, nameWidth)} `),
      span(bar(count / most, room), 'bad'),
      span(` ${formatCount(count)}`),
      span(` ${percentText(count / errorCount)}`, 'dim'),
    ]),
  })
}
