/** Events, the newest at the bottom. */
import type { LiveEvent } from '../../model/live-view.ts'
import { clockText } from '../../text/figure-text.ts'
import { type Block, rule, section } from './blocks.ts'
import type { ScreenModel } from './screen-model.ts'
import { type Line, padText, span, type Tone } from './styled-text.ts'

const TONES: Readonly<Record<LiveEvent['level'], Tone>> = { info: 'plain', warning: 'warn', error: 'bad' }

const CLOCK_WIDTH = 7
const KIND_WIDTH = 8

/** Null while nothing has happened. */
export function eventsBlock({ view, width }: ScreenModel, rank: number): Block | null {
  const { events } = view
  const newest = events.at(-1)
  if (newest === undefined) return null
  const block = section({
    rank,
    title: 'Events',
    width,
    short: eventLine(newest),
    lines: events.map(eventLine),
  })
  return {
    ...block,
    render: (rows) =>
      rows < block.half
        ? [eventLine(newest)]
        : [rule('Events', width), ...events.slice(1 - rows).map(eventLine)],
  }
}

function eventLine({ atMs, kind, level, text }: LiveEvent): Line {
  return [
    span(`${padText(clockText(atMs), CLOCK_WIDTH, 'right')} ${padText(kind, KIND_WIDTH)} `, 'dim'),
    span(text, TONES[level]),
  ]
}
