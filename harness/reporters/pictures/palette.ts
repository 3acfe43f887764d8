/** Colours of a picture: those of all charts on a light page, as mail and comments are, and no dark ones. */
import type { ChartColour } from '../../model/chart.ts'
import { colourOf as colourIn, LIGHT_PALETTE } from '../../text/chart-palette.ts'

export const INK = '#1f2328'
export const INK_SOFT = '#57606a'
export const RULE = LIGHT_PALETTE.grid
export const PAPER = LIGHT_PALETTE.background
export const BAD = LIGHT_PALETTE.bad
export function colourOf(colour: ChartColour): string {
  return colourIn(LIGHT_PALETTE, colour)
}

/** The colour for words on a colour: whichever stands out more from it. */
export function inkOn(colour: ChartColour): string {
  const luminance = luminanceOf(colourOf(colour)) + 0.05
  return (luminanceOf(PAPER) + 0.05) / luminance > luminance / (luminanceOf(INK) + 0.05) ? PAPER : INK
}

/** Relative luminance as WCAG 2 has it, 0-1. */
function luminanceOf(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
