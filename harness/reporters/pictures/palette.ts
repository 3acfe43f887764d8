/** Colours that people with any colour vision tell apart on white, after Okabe and Ito, the light ones made darker. */
import type { ChartColour, ChartMark } from '../../model/chart.ts'

export const INK = '#1f2328'
export const INK_SOFT = '#57606a'
export const RULE = '#e3e6ea'
export const PAPER = '#ffffff'
export const BAD = '#c4320a'

const COLOURS: Readonly<Record<ChartColour, string>> = {
  0: '#0072b2',
  1: '#e08e00',
  2: '#009e73',
  3: '#b65c9b',
  4: '#56b4e9',
  5: '#7a4d1d',
  6: '#b3a100',
  7: '#1f2328',
  bad: BAD,
  quiet: '#9aa1a9',
}

const LIGHT: readonly ChartColour[] = [1, 4, 6, 'quiet']

/** Light to dark in one hue, even in lightness: more is darker for everybody. */
export const SEQUENCE: readonly string[] = [
  '#dceaf6',
  '#b5d3ea',
  '#85b6da',
  '#5596c6',
  '#2f76ad',
  '#18558a',
  '#0b3560',
]

const MARKS: Readonly<Record<ChartMark['kind'], string>> = {
  phase: '#9aa1a9',
  breach: BAD,
  stop: BAD,
  rollback: '#0072b2',
  change: '#b65c9b',
}

export function colourOf(colour: ChartColour): string {
  return COLOURS[colour]
}

export function markColourOf(kind: ChartMark['kind']): string {
  return MARKS[kind]
}

/** For words on a colour. */
export function inkOn(colour: ChartColour): string {
  return LIGHT.includes(colour) ? INK : PAPER
}
