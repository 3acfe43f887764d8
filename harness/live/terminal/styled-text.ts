/**
 * Lines of a terminal as data: stretches of text, each in one tone. Whoever makes one may give it any text: what would steer
 * the terminal is spelled out, and widths are counted in columns, so that no line is wider than its place.
 */
import { eastAsianWidth } from 'get-east-asian-width'
import { createColors } from 'picocolors'
import { lookUp } from '../../base/names.ts'
import { visible } from '../../base/visible.ts'

/** The meaning of a stretch of text; a theme of colours is one function below. */
export type Tone =
  | 'plain'
  | 'dim'
  | 'bold'
  | 'accent'
  | 'good'
  | 'warn'
  | 'bad'
  | 'good-badge'
  | 'warn-badge'
  | 'bad-badge'
  | 'badge'

export interface Span {
  readonly text: string
  readonly tone: Tone
}

export type Line = readonly Span[]

/** The means that a terminal has to show text. */
export interface Theme {
  readonly colour: boolean
  readonly unicode: boolean
}

/** A stretch of text, safe to show. */
export function span(text: string, tone: Tone = 'plain'): Span {
  return { text: visible(text), tone }
}

const MARK = /\p{M}/u

/** Columns of one character. */
function columnsOf(character: string): number {
  return MARK.test(character) ? 0 : eastAsianWidth(character.codePointAt(0) as number)
}

/** Columns of a text. */
export function widthOf(text: string): number {
  let width = 0
  for (const character of text) width += columnsOf(character)
  return width
}

/** Columns of a line. */
export function lineWidth(spans: Line): number {
  return spans.reduce((sum, { text }) => sum + widthOf(text), 0)
}

/** The text, cut to a width with an ellipsis at its end. */
export function cutText(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  let kept = ''
  let room = width - 1
  for (const character of text) {
    room -= columnsOf(character)
    if (room < 0) break
    kept += character
  }
  return width < 1 ? '' : `${kept}…`
}

/** The text in exactly this many columns. */
export function padText(text: string, width: number, side: 'left' | 'right' = 'left'): string {
  const cut = cutText(text, width)
  const space = ' '.repeat(Math.max(0, width - widthOf(cut)))
  return side === 'left' ? cut + space : space + cut
}

/** The words of a text on lines of at most so many columns; a longer word is cut. */
export function wrapWords(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    const joined = last === undefined ? word : `${last} ${word}`
    if (last !== undefined && widthOf(joined) <= width) lines[lines.length - 1] = joined
    else lines.push(cutText(word, width))
  }
  return lines
}

/** The line, no wider than this. */
export function cutLine(spans: Line, width: number): Line {
  const kept: Span[] = []
  let room = width
  for (const { text, tone } of spans) {
    const cut = cutText(text, room)
    if (cut !== '') kept.push({ text: cut, tone })
    room -= widthOf(cut)
    if (cut !== text || room <= 0) break
  }
  return kept
}

/** The line in exactly this many columns. */
export function padLine(spans: Line, width: number): Line {
  const cut = cutLine(spans, width)
  return [...cut, { text: ' '.repeat(Math.max(0, width - lineWidth(cut))), tone: 'plain' }]
}

/** One line at the left and one at the right edge; the right one is cut last. */
export function spread(left: Line, right: Line, width: number): Line {
  const end = cutLine(right, width)
  const room = width - lineWidth(end)
  return [...padLine(left, room - 1), ...(room > 0 ? [span(' ')] : []), ...end]
}

/** Own signs for terminals that know only ASCII; each one column for one. */
const STAND_INS: Readonly<Record<string, string>> = {
  '…': '~',
  '·': '-',
  '─': '-',
  '│': '|',
  '█': '#',
  '▌': '|',
  '░': '.',
  '●': '*',
  '◐': '!',
  '○': 'o',
  '▁': '_',
  '▂': '.',
  '▃': '-',
  '▄': '=',
  '▅': '+',
  '▆': '*',
  '▇': '%',
  '▲': '^',
}

const BEYOND_ASCII = /[^ -~]/gu

function asciiOf(text: string): string {
  return text.replace(BEYOND_ASCII, (sign) => lookUp(STAND_INS, sign) ?? '?'.repeat(columnsOf(sign)))
}

/** The line as it is written, without blanks at its end. */
export function paint(spans: Line, { colour, unicode }: Theme): string {
  const painters = paintersOf(colour)
  const texts = spans.map(({ text, tone }) => ({ text: unicode ? text : asciiOf(text), tone }))
  const shown = trimmedEnd(texts)
  return shown.map(({ text, tone }) => painters[tone](text)).join('')
}

/** Blanks in the colour of the background are no text; those of a badge are. */
function trimmedEnd(spans: readonly Span[]): readonly Span[] {
  const last = spans.at(-1)
  if (last === undefined || last.tone.endsWith('badge')) return spans
  const text = last.text.trimEnd()
  const before = spans.slice(0, -1)
  return text === '' ? trimmedEnd(before) : [...before, { ...last, text }]
}

function paintersOf(colour: boolean): Readonly<Record<Tone, (text: string) => string>> {
  const { dim, bold, cyan, green, yellow, red, black, white, bgGreen, bgYellow, bgRed, bgCyan } =
    createColors(colour)
  return {
    plain: (text) => text,
    dim,
    bold,
    accent: cyan,
    good: green,
    warn: yellow,
    bad: (text) => bold(red(text)),
    badge: (text) => bgCyan(black(text)),
    'good-badge': (text) => bgGreen(black(text)),
    'warn-badge': (text) => bgYellow(black(text)),
    'bad-badge': (text) => bold(bgRed(white(text))),
  }
}
