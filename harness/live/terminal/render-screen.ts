/** The whole screen as lines: a pure function of what is known of the run and of the window. */
import type { LiveView } from '../../model/live-view.ts'
import type { RunPoint } from '../../model/run-point.ts'
import { type Block, beside, halves, single, stack } from './blocks.ts'
import { errorsBlock } from './errors.ts'
import { eventsBlock } from './events.ts'
import { phasesLine, progressLine, titleLine } from './header.ts'
import { type Controls, footerLine, helpLines } from './help.ts'
import { hostsBlock } from './hosts.ts'
import { generatorBlock, targetBlock } from './instrument.ts'
import { loadBlock, regionsBlock } from './load.ts'
import { objectivesBlock } from './objectives.ts'
import { barsBlock, responseTimesBlock } from './response-times.ts'
import type { ScreenModel } from './screen-model.ts'
import { cutLine, type Line, paint, span, type Theme } from './styled-text.ts'

/** Columns from which parts stand side by side. */
const WIDE = 96

export interface ScreenShape extends Theme, Controls {
  readonly columns: number
  readonly rows: number
  /** Time since the view was new, ms. */
  readonly ageMs: number
  /** The series of the run so far. */
  readonly points: readonly RunPoint[]
}

/** At most `rows` lines of at most `columns` columns, without line feeds. */
export function renderScreen(view: LiveView, shape: ScreenShape): string[] {
  const { columns, rows, points, ageMs } = shape
  const screen = { view, points, nowMs: view.nowMs + ageMs, width: columns }
  const footer = footerLine(shape, columns)
  const room = Math.max(0, rows - 1)
  const body = (shape.isHelp ? helpPage(screen, shape) : runPage(screen, shape, room)).slice(0, room)
  const blank: Line[] = Array.from({ length: room - body.length }, () => [])
  return [...body, ...blank, footer].slice(-rows).map((each) => paint(cutLine(each, columns), shape))
}

function helpPage(screen: ScreenModel, shape: ScreenShape): Line[] {
  return [titleLine(screen, shape.isPaused), [], ...helpLines(shape, shape.columns)]
}

function runPage(screen: ScreenModel, { isPaused, columns }: ScreenShape, rows: number): Line[] {
  const phases = phasesLine(screen)
  const isWide = columns >= WIDE
  return stack(
    [
      single(1, titleLine(screen, isPaused)),
      ...failureOf(screen),
      single(2, progressLine(screen)),
      ...(phases === null ? [] : [single(12, phases, !isWide)]),
      ...(isWide ? wideParts(screen) : narrowParts(screen)),
    ],
    rows,
  )
}

function failureOf({ view }: ScreenModel): Block[] {
  return view.failure === null ? [] : [single(2, [span(view.failure, 'bad')])]
}

function wideParts(screen: ScreenModel): Block[] {
  const [leftWidth, rightWidth] = halves(screen.width)
  const left = { ...screen, width: leftWidth }
  const right = { ...screen, width: rightWidth }
  return present([
    beside(
      present([
        loadBlock(left, 1),
        errorsBlock(left, 2),
        generatorBlock(left, 3),
        hostsBlock(left, 3),
        targetBlock(left, 4),
        regionsBlock(left, 5),
      ]),
      present([responseTimesBlock(right, 1), barsBlock(right, 2)]),
      screen.width,
      3,
    ),
    objectivesBlock(screen, 2),
    eventsBlock(screen, 4),
  ])
}

function narrowParts(screen: ScreenModel): Block[] {
  return present([
    loadBlock(screen, 3),
    responseTimesBlock(screen, 4),
    barsBlock(screen, 11),
    errorsBlock(screen, 5),
    objectivesBlock(screen, 4),
    generatorBlock(screen, 7),
    hostsBlock(screen, 7),
    targetBlock(screen, 8),
    regionsBlock(screen, 9),
    eventsBlock(screen, 10),
  ])
}

function present(blocks: readonly (Block | null)[]): Block[] {
  return blocks.filter((block) => block !== null)
}
