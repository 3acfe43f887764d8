/** A lamp for every objective, the worst first. */
import { formatInUnit } from '../../base/units.ts'
import type { ObjectiveLamp } from '../../model/live-view.ts'
import { titleOf } from '../../text/demand-text.ts'
import { percentText, secondsText } from '../../text/figure-text.ts'
import { type Block, section } from './blocks.ts'
import type { Scene } from './scene.ts'
import { cutLine, type Line, lineWidth, padText, span, spread, type Tone } from './styled-text.ts'

type State = ObjectiveLamp['state']

/** The worst first. */
export const LAMPS: readonly { readonly state: State; readonly sign: string; readonly tone: Tone }[] = [
  { state: 'firing', sign: '▲', tone: 'bad' },
  { state: 'pending', sign: '◐', tone: 'warn' },
  { state: 'recovering', sign: '◐', tone: 'accent' },
  { state: 'ok', sign: '●', tone: 'good' },
  { state: 'not-watched', sign: '○', tone: 'dim' },
]

const placeOf = (state: State) => LAMPS.findIndex((lamp) => lamp.state === state)

/** Null when the scenario has no objectives. */
export function objectivesBlock(scene: Scene, rank: number): Block | null {
  const { view, width } = scene
  if (view.objectives.length === 0) return null
  const lamps = view.objectives.toSorted((a, b) => placeOf(a.state) - placeOf(b.state))
  return section({
    rank,
    title: 'Objectives',
    width,
    short: shortOf(lamps),
    lines: lamps.map((lamp) => lampLine(lamp, scene)),
  })
}

function shortOf(lamps: readonly ObjectiveLamp[]): Line {
  const counts = LAMPS.map(({ state, tone }) => ({
    tone,
    state,
    count: lamps.filter((lamp) => lamp.state === state).length,
  })).filter(({ count }) => count > 0)
  return counts.flatMap(({ count, state, tone }, i) => [
    ...(i > 0 ? [span(', ')] : []),
    span(`${count} ${state}`, tone),
  ])
}

const STATE_WIDTH = 11
/** Of the line, at least, for what was seen; the objective itself is worth more. */
const DETAIL_SHARE = 0.3

function lampLine(lamp: ObjectiveLamp, scene: Scene): Line {
  const { sign, tone } = LAMPS[placeOf(lamp.state)] as (typeof LAMPS)[number]
  const { width } = scene
  const left = [
    span(`${sign} ${padText(lamp.state, STATE_WIDTH)} `, tone),
    span(titleOf(lamp), lamp.state === 'firing' ? 'bold' : 'plain'),
    ...(lamp.name === null ? [] : [span(` ${lamp.expect}`, 'dim')]),
  ]
  const room = Math.max(width - lineWidth(left) - 1, Math.floor(width * DETAIL_SHARE))
  return spread(left, cutLine([span(detailText(lamp, scene), tone)], room), width)
}

function detailText(lamp: ObjectiveLamp, { nowMs }: Scene): string {
  const { observed, unit, sinceMs, firesAtMs, annotations, state } = lamp
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
      return budgetText(lamp)
    case 'not-watched':
      return 'judged at the end'
  }
}

function graceText(firesAtMs: number | null, nowMs: number): string[] {
  return firesAtMs === null ? [] : [`fires in ${secondsText(firesAtMs - nowMs)}`]
}

function budgetText({ budgetLeftRatio }: ObjectiveLamp): string {
  return budgetLeftRatio === null ? '' : `budget ${percentText(budgetLeftRatio)} left`
}
