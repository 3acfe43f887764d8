/** Requests that failed, by cause, the most frequent first; and journeys that their code failed. */
import { formatAmount, formatCount } from '../../base/units.ts'
import { causeText, failureText } from '../../text/failure-text.ts'
import { percentText } from '../../text/figure-text.ts'
import { type Block, section } from './blocks.ts'
import { bar } from './figures.ts'
import type { ScreenModel } from './screen-model.ts'
import { padText, span } from './styled-text.ts'

const FIGURES_WIDTH = 16
/** The share of the width that a cause may take, and the columns of the shortest. */
const CAUSE_SHARE = 0.4
const CAUSE_LEAST = 10
const STEP_MOST = 16

export function errorsBlock({ view, width }: ScreenModel, rank: number): Block {
  const { errorCount, requestCount, failures } = view
  const journeys = journeysText(view.failedByCode)
  if (errorCount === 0)
    return section({
      rank,
      title: 'Errors',
      width,
      short: [span('no errors', 'good'), ...journeys.map((text) => span(`, ${text}`, 'bad'))],
      lines: [[span('none', 'good')], ...journeys.map((text) => [span(text, 'bad')])],
    })
  const share = percentText(errorCount / Math.max(1, requestCount))
  const causeWidth = Math.max(CAUSE_LEAST, Math.floor(width * CAUSE_SHARE))
  const stepWidth = Math.min(STEP_MOST, Math.floor(width / 4))
  const room = Math.max(4, width - causeWidth - stepWidth - 2 - FIGURES_WIDTH)
  const most = failures[0]?.count ?? 1
  return section({
    rank,
    title: `Errors ${formatCount(errorCount)} of ${formatCount(requestCount)} requests, ${share}`,
    width,
    short: [
      span(`${formatCount(errorCount)} errors (${share})`, 'bad'),
      span(`: ${[...failures.map(failureText), ...journeys].join(', ')}`),
    ],
    lines: [
      ...failures.map((failure) => [
        span(`${padText(span(causeText(failure)).text, causeWidth)} `),
        span(`${padText(span(failure.step).text, stepWidth)} `, 'dim'),
        span(bar(failure.count / most, room), 'bad'),
        span(` ${formatCount(failure.count)}`),
        span(` ${percentText(failure.count / errorCount)}`, 'dim'),
      ]),
      ...journeys.map((text) => [span(text, 'bad')]),
    ],
  })
}

function journeysText(failedByCode: number): string[] {
  return failedByCode === 0 ? [] : [`${formatAmount(failedByCode, 'journey')} failed by code`]
}
