/** The standing of every objective, its value beside its bound, the worst first. */
import type { ObjectiveStatus } from '../../model/live-view.ts'
import { percentText, secondsText } from '../../text/figure-text.ts'
import {
  byStanding,
  type Standing,
  standingCounts,
  standingNote,
  standingOf,
  standingTone,
  valueText,
} from '../../text/standing.ts'
import { type Block, section } from './blocks.ts'
import type { ScreenModel } from './screen-model.ts'
import { cutLine, type Line, lineWidth, padText, span, spread, type Tone, widthOf } from './styled-text.ts'

type StandingTone = ReturnType<typeof standingTone>

const SIGNS: Readonly<Record<StandingTone, { readonly sign: string; readonly tone: Tone }>> = {
  bad: { sign: '▲', tone: 'bad' },
  warn: { sign: '◐', tone: 'warn' },
  quiet: { sign: '○', tone: 'dim' },
  good: { sign: '●', tone: 'good' },
}

/** The sign and the tone of a standing. */
export function signOf(standing: Standing): { readonly sign: string; readonly tone: Tone } {
  return SIGNS[standingTone(standing)]
}

/** Null when the scenario has no objectives. */
export function objectivesBlock(screen: ScreenModel, rank: number): Block | null {
  const { view, width } = screen
  if (view.objectives.length === 0) return null
  const statuses = view.objectives.toSorted(byStanding)
  return section({
    rank,
    title: 'Objectives',
    width,
    short: shortOf(statuses),
    lines: statuses.map((status) => statusLine(status, screen)),
  })
}

function shortOf(statuses: readonly ObjectiveStatus[]): Line {
  return [...standingCounts(statuses)].flatMap(([standing, count], i) => [
    ...(i > 0 ? [span(', ')] : []),
    span(`${count} ${standing}`, signOf(standing).tone),
  ])
}

/** The longest word that is common while load runs. */
const WORD_WIDTH = 'above limit'.length

function statusLine(status: ObjectiveStatus, screen: ScreenModel): Line {
  const standing = standingOf(status)
  const { sign, tone } = signOf(standing)
  const { width } = screen
  const word = padText(standing, Math.max(WORD_WIDTH, standing.length))
  const left = [
    span(`${sign} ${word} `, tone),
    span(status.name ?? status.claim, tone === 'bad' ? 'bold' : 'plain'),
    ...(status.name === null ? [] : [span(` ${status.claim}`, 'dim')]),
  ]
  // The value beside its bound is worth more than the end of a long name.
  const room = Math.max(
    width - lineWidth(left) - 1,
    Math.min(widthOf(valueText(status)), Math.floor(width / 2)),
  )
  return spread(left, cutLine([span(detailText(status, screen), tone)], room), width)
}

function detailText(status: ObjectiveStatus, { nowMs }: ScreenModel): string {
  const { sinceMs, annotations, state } = status
  const isChanged = state !== 'ok' && sinceMs !== null
  const lasted = isChanged ? [`for ${secondsText(nowMs - sinceMs)}`] : []
  const where = Object.entries(annotations).map(([name, text]) => `${name} ${text}`)
  const note = standingNote(status, nowMs)
  return [
    valueText(status),
    ...(note === '' ? lasted : [note]),
    ...(state === 'ok' ? budgetText(status) : where),
  ].join(', ')
}

function budgetText({ budgetLeftRatio }: ObjectiveStatus): string[] {
  return budgetLeftRatio === null ? [] : [`budget ${percentText(budgetLeftRatio)} left`]
}
