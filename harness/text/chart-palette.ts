/**
 * Colours of charts. The first ones are Okabe and Ito's blue and vermilion (orange on dark); the others were chosen so
 * that each stands out from its background (contrast at least 3:1, WCAG 1.4.11) and any two stay distinguishable for readers
 * without red, green or blue cones, the first four most of all: Okabe and Ito's own green and purple are too close to others
 * there. A test measures both.
 */
import type { ChartColour, ChartMark } from '../model/chart.ts'

export interface ChartPalette {
  readonly background: string
  readonly text: string
  readonly grid: string
  /** Colours by place. */
  readonly places: readonly string[]
  readonly bad: string
  readonly quiet: string
  /** Colours of a heat map, from few to many. */
  readonly heat: readonly string[]
}

export const LIGHT_PALETTE: ChartPalette = {
  background: '#ffffff',
  text: '#374151',
  grid: '#e5e7eb',
  places: ['#0072b2', '#d55e00', '#29258c', '#934656', '#701a40', '#5f82f5', '#3b41ba', '#980400'],
  bad: '#c1121f',
  quiet: '#7b8494',
  heat: ['#e3eefb', '#a9cdf0', '#5a9fd6', '#1f6aae', '#08306b'],
}

export const DARK_PALETTE: ChartPalette = {
  background: '#14181f',
  text: '#c9d1dc',
  grid: '#2c333e',
  places: ['#56b4e9', '#e69f00', '#3c71d6', '#b24934', '#b9d3ff', '#f7d12a', '#38f2a4', '#c27a00'],
  bad: '#ff6b6b',
  quiet: '#8b95a5',
  heat: ['#16263d', '#1d4c7d', '#3b83bd', '#8cc2ea', '#e8f4ff'],
}

/** Returns the hex value of a colour. */
export function colourOf(palette: ChartPalette, colour: ChartColour): string {
  if (colour === 'bad') return palette.bad
  if (colour === 'quiet') return palette.quiet
  return palette.places[colour] ?? palette.quiet
}

/** The colour of a shade of a heat map: few steps are the strongest of the scale. @param count of shades in all */
export function shadeColour({ heat }: ChartPalette, index: number, count: number): string {
  return heat[heat.length - count + index] ?? ''
}

/** The style of a mark; one with a veil is shaded for as long as it lasts. */
interface MarkStyle {
  readonly colour: ChartColour
  readonly isDashed: boolean
  readonly hasVeil: boolean
}

export const MARK_STYLES: Readonly<Record<ChartMark['kind'], MarkStyle>> = {
  phase: { colour: 'quiet', isDashed: true, hasVeil: false },
  breach: { colour: 'bad', isDashed: false, hasVeil: true },
  stop: { colour: 'bad', isDashed: false, hasVeil: true },
  rollback: { colour: 0, isDashed: false, hasVeil: true },
  change: { colour: 3, isDashed: false, hasVeil: true },
}
export const VEIL_OPACITY = 0.12
