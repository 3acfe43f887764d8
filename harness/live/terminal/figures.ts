/** Small ways to draw figures on a screen. */
import { padText, type Span, span, type Tone } from './styled-text.ts'

/** A bar of `width` columns, filled by a share of it. */
export function meter(ratio: number, width: number, tone: Tone): Span[] {
  const filled = Math.round(Math.min(1, Math.max(0, ratio)) * width)
  return [span('█'.repeat(filled), tone), span('░'.repeat(Math.max(0, width - filled)), 'dim')]
}

/** A bar that has no end: something is at least a thin line. */
export function bar(ratio: number, width: number): string {
  const halves = Math.round(Math.min(1, Math.max(0, ratio)) * width * 2)
  const text = '█'.repeat(Math.floor(halves / 2)) + (halves % 2 === 1 ? '▌' : '')
  return text === '' && ratio > 0 ? '▌' : text
}

const LEVELS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const

/** A series as heights, the newest at the right; a gap where nothing is known. */
export function sparkline(values: readonly (number | null)[], highest: number, width: number): string {
  const heights = values.slice(-width).map((value) => {
    if (value === null) return ' '
    const level = highest <= 0 ? 0 : Math.round((value / highest) * (LEVELS.length - 1))
    return LEVELS[Math.min(LEVELS.length - 1, Math.max(0, level))] ?? ' '
  })
  return heights.join('')
}

/** The highest known value; 0 when there is none. */
export function highestOf(values: readonly (number | null)[]): number {
  return values.reduce<number>((highest, value) => Math.max(highest, value ?? 0), 0)
}

/** A label of a row in the first column of a part. */
export function label(text: string, width = 9): Span {
  return span(`${padText(text, width)} `, 'dim')
}
