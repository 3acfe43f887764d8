/** A status for every objective, the worst first. */
import { formatInUnit } from '../../base/units.ts'
import type { ObjectiveStatus } from '../../model/live-view.ts'
import { titleOf } from '../../text/demand-text.ts'
import { percentText, secondsText } from '../../text/figure-text.ts'
import { type Block, section } from './blocks.ts'
import type { ScreenModel } from './screen-model.ts'
import { cutLine, type Line, lineWidth, padText, span, spread, type Tone } from './styled-text.ts'

type State = ObjectiveStatus['state']

/** The worst first. */
export const STATES: readonly { readonly state: State; readonly sign: string; readonly tone: Tone }[] = [
  { state: 'firing', sign: '▲', tone: 'bad' },
  { state: 'pending', sign: '◐', tone: 'warn' },
  { state: 'recovering', sign: '◐', tone: 'accent' },
  { state: 'ok', sign: '●', tone: 'good' },
  { state: 'not-watched', sign: '○', tone: 'dim' },
]

const placeOf = (state: State) => STATES.findIndex((status) => status.state === state)

/** Null when the scenario has no objectives. */
export function objectivesBlock(screen: ScreenModel, rank: number): Block | null {
  const { view, width } = screen
  if (view.objectives.length === 0) return null
  const statuses = view.objectives.toSorted((a, b) => placeOf(a.state) - placeOf(b.state))
  return section({
    rank,
    title: 'Objectives',
    width,
    short: shortOf(statuses),
    lines: statuses.map((status) => statusLine(status, screen)),
  })
}

function shortOf(statuses: readonly ObjectiveStatus[]): Line {
  const counts = STATES.map(({ state, tone }) => ({
    tone,
    state,
    count: statuses.filter((status) => status.state === state).length,
  })).filter(({ count }) => count > 0)
  return counts.flatMap(({ count, state, tone }, i) => [
    ...(i > 0 ? [span(', ')] : []),
    span(`${count} ${state}`, tone),
  ])
}

const STATE_WIDTH = 11
/** Columns that what was seen may take of the line; the objective itself is worth more. */
const DETAIL_SHARE = 0.3

function statusLine(status: ObjectiveStatus, screen: ScreenModel): Line {
  const { sign, tone } = STATES[placeOf(status.state)] as (typeof STATES)[number]
  const { width } = screen
  const left = [
    span(`${sign} ${padText(status.state, STATE_WIDTH)} `, tone),
    span(titleOf(status), status.state === 'firing' ? 'bold' : 'plain'),
    ...(status.name === null ? [] : [span(` ${status.expect}`, 'dim')]),
  ]
  const room = Math.max(width - lineWidth(left) - 1, Math.floor(width * DETAIL_SHARE))
  return spread(left, cutLine([span(detailText(status, screen), tone)], room), width)
}

function detailText(status: ObjectiveStatus, { nowMs }: ScreenModel): string {
  const { observed, unit, sinceMs, firesAtMs, annotations, state } = status
  const value = observed === null ? [] : [formatInUnit(observed, unit)]
  const forText = sinceMs === null ? [] : [`for ${secondsText(nowMs - sinceMs)}`]
  const where = Object.entries(annotations).map(([name, text]) => `${name} ${text}`)
  switch (state) {
    case 'firing':
      return [...value, ...forText, ...where].join(', ')
    case 'pending':
      return [...value, ...graceText(firesAtMs, nowMs), ...where].join(', ')
    case 'recovering':
      return [...value, ...forText].join(', ')
    case 'ok':
      return budgetText(status)
    case 'not-watched':
      return 'judged at the end'
  }
}

function graceText(firesAtMs: number | null, nowMs: number): string[] {
  return firesAtMs === null ? [] : [`fires in ${secondsText(firesAtMs - nowMs)}`]
}

function budgetText({ budgetLeftRatio }: ObjectiveStatus): string {
  return budgetLeftRatio === null ? '' : `budget ${percentText(budgetLeftRatio)} left`
}
