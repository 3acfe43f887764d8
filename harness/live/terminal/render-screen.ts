/** The whole screen as lines: a pure function of what is known of the run and of the window. */
import type { LiveView } from '../../model/live-view.ts'
import type { RunPoint } from '../../model/run-point.ts'
import { type Block, beside, halves, single, stack } from './blocks.ts'
import { errorsBlock } from './errors.ts'
import { eventsBlock } from './events.ts'
import { phasesLine, progressLine, titleLine } from './header.ts'
import { type Controls, footerLine, helpLines } from './help.ts'
import { generatorBlock, targetBlock } from './instrument.ts'
import { loadBlock, regionsBlock } from './load.ts'
import { objectivesBlock } from './objectives.ts'
import { barsBlock, responseTimesBlock } from './response-times.ts'
import type { Scene } from './scene.ts'
import { cutLine, type Line, type Look, paint, span } from './styled-text.ts'

/** Columns from which parts stand side by side. */
const WIDE = 96

export interface ScreenShape extends Look, Controls {
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
  const scene = { view, points, nowMs: view.nowMs + ageMs, width: columns }
  const footer = footerLine(shape, columns)
  const room = Math.max(0, rows - 1)
  const body = (shape.isHelp ? helpPage(scene, shape) : runPage(scene, shape, room)).slice(0, room)
  const blank: Line[] = Array.from({ length: room - body.length }, () => [])
  return [...body, ...blank, footer].slice(-rows).map((each) => paint(cutLine(each, columns), shape))
}

function helpPage(scene: Scene, shape: ScreenShape): Line[] {
  return [titleLine(scene, shape.isPaused), [], ...helpLines(shape, shape.columns)]
}

function runPage(scene: Scene, { isPaused, columns }: ScreenShape, rows: number): Line[] {
  const phases = phasesLine(scene)
  const isWide = columns >= WIDE
  return stack(
    [
      single(1, titleLine(scene, isPaused)),
      ...failureOf(scene),
      single(2, progressLine(scene)),
      ...(phases === null ? [] : [single(12, phases, !isWide)]),
      ...(isWide ? wideParts(scene) : narrowParts(scene)),
    ],
    rows,
  )
}

function failureOf({ view }: Scene): Block[] {
  return view.failure === null ? [] : [single(2, [span(view.failure, 'bad')])]
}

function wideParts(scene: Scene): Block[] {
  const [leftWidth, rightWidth] = halves(scene.width)
  const left = { ...scene, width: leftWidth }
  const right = { ...scene, width: rightWidth }
  return present([
    beside(
      present([
        loadBlock(left, 1),
        errorsBlock(left, 2),
        generatorBlock(left, 3),
        targetBlock(left, 4),
        regionsBlock(left, 5),
      ]),
      present([responseTimesBlock(right, 1), barsBlock(right, 2)]),
      scene.width,
      3,
    ),
    objectivesBlock(scene, 2),
    eventsBlock(scene, 4),
  ])
}

function narrowParts(scene: Scene): Block[] {
  return present([
    loadBlock(scene, 3),
    responseTimesBlock(scene, 4),
    barsBlock(scene, 11),
    errorsBlock(scene, 5),
    objectivesBlock(scene, 4),
    generatorBlock(scene, 7),
    targetBlock(scene, 8),
    regionsBlock(scene, 9),
    eventsBlock(scene, 10),
  ])
}

function present(blocks: readonly (Block | null)[]): Block[] {
  return blocks.filter((block) => block !== null)
}
