/** Detects a picture that shows nothing, such as that of a page that has not loaded. */
import type { Planes } from './planes.ts'

/** The levels by which a single colour may vary: codecs do not keep it exactly. */
const SPREAD_MAX = 2

/** Describes the fill of a blank frame: `all black`; null when the frame shows something. */
export function blankness([red, green, blue, alpha]: Planes): string | null {
  if (alpha.every((level) => level === 0)) return 'fully transparent'
  const ranges = [red, green, blue, alpha].map(rangeOf)
  if (ranges.some(({ low, high }) => high - low > SPREAD_MAX)) return null
  const levels = ranges.slice(0, 3).map(({ low }) => low)
  if (levels.every((level) => level <= SPREAD_MAX)) return 'all black'
  if (levels.every((level) => level >= 255 - SPREAD_MAX)) return 'all white'
  return `a single colour, rgb(${levels.join(', ')})`
}

function rangeOf(plane: Uint8Array): { readonly low: number; readonly high: number } {
  let [low, high] = [255, 0]
  for (const level of plane) {
    if (level < low) low = level
    if (level > high) high = level
  }
  return { low, high }
}
