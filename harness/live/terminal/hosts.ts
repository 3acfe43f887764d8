/** The workers of a run over several hosts, the worst first. */
import { formatAmount } from '../../base/units.ts'
import type { LiveHost } from '../../model/live-view.ts'
import { percentText, timeText } from '../../text/figure-text.ts'
import { type Block, section } from './blocks.ts'
import type { ScreenModel } from './screen-model.ts'
import { type Line, padText, span, type Tone } from './styled-text.ts'

/** More of them are told in one line. */
const ROWS_MAX = 8
const NAME_WIDTH = 14

const TONES: Readonly<Record<LiveHost['state'], Tone>> = {
  ...{ well: 'plain', late: 'warn', ended: 'dim', lost: 'bad' },
}

/** Null where the threads of this process send the load. */
export function hostsBlock({ view, width }: ScreenModel, rank: number): Block | null {
  const { hosts } = view
  if (hosts.length === 0) return null
  const bad = hosts.filter(({ state }) => state === 'lost' || state === 'late')
  const others = hosts.length - ROWS_MAX
  return section({
    rank,
    title: 'Workers',
    width,
    short: [
      span('workers ', 'dim'),
      span(`${hosts.length}`),
      ...bad.slice(0, 3).map(({ worker, state }) => span(`, ${worker} ${state}`, TONES[state])),
    ],
    lines: [
      ...hosts.slice(0, ROWS_MAX).map(rowOf),
      ...(others > 0 ? [[span(`and ${formatAmount(others, 'worker')} more`, 'dim')]] : []),
    ],
  })
}

function rowOf(host: LiveHost): Line {
  const { worker, state, startedPerSec, plannedPerSec, loopBusyRatio, lagMs, clock } = host
  return [
    span(`${padText(worker, NAME_WIDTH)} `, TONES[state]),
    span(padText(state, 6), TONES[state]),
    span(`${Math.round(startedPerSec)}/s of ${Math.round(plannedPerSec)}/s, `),
    span(`loop ${percentText(loopBusyRatio)}, lag ${timeText(lagMs)}, clock ±${timeText(clock.boundMs)}`),
  ]
}
