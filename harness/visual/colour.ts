/**
 * The distance of the mean colours of two frames, tile by tile: structural similarity hardly reacts when a whole area changes its
 * colour a little. Distances are those of CIE 1976 in L*a*b* (D65); transparent pixels are judged on black and on white.
 */
import type { PixelBox } from '../model/visual.ts'
import type { Planes } from './planes.ts'
import { addByCell, cellsOfWindows, type FrameSize, sumOver, tilesOf } from './tiles.ts'

type Triple = readonly [number, number, number]

/** The tile with the largest colour distance, and that distance. */
export interface ColourDifference {
  readonly distance: number
  readonly box: PixelBox
}

/** Compares the planes of two frames of one size; null where masks leave nothing to compare. */
export function colourDifference(
  one: Planes,
  other: Planes,
  size: FrameSize,
  masks: readonly PixelBox[],
): ColourDifference | null {
  const { cells, counts } = cellsOfWindows(size, 1, masks)
  const sumsOf = (planes: Planes) =>
    planes.map((plane) => {
      const sums = new Float64Array(counts.length)
      addByCell(sums, cells, (pixel) => plane[pixel] ?? 0)
      return sums
    })
  const [ones, others] = [sumsOf(one), sumsOf(other)]
  let worst: ColourDifference | null = null
  for (const tile of tilesOf(size)) {
    const count = sumOver(tile, counts)
    if (count === 0) continue
    const levels = (sums: readonly Float64Array[]) => sums.map((sum) => sumOver(tile, sum) / count)
    const distance = distanceOf(levels(ones), levels(others))
    if (worst === null || distance > worst.distance) worst = { distance, box: tile.box }
  }
  return worst
}

/** Returns the distance of two mean colours: red, green, blue, alpha, 0-255. */
function distanceOf(one: readonly number[], other: readonly number[]): number {
  return Math.max(...[0, 255].map((backdrop) => labDistance(seenOn(one, backdrop), seenOn(other, backdrop))))
}

function seenOn([red = 0, green = 0, blue = 0, alpha = 0]: readonly number[], backdrop: number): Triple {
  const through = (backdrop * (255 - alpha)) / 255
  return [red + through, green + through, blue + through]
}

function labDistance(one: Triple, other: Triple): number {
  const [a, b] = [labOf(one), labOf(other)]
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
}

/** Converts sRGB levels to L*a*b* (IEC 61966-2-1; CIE 15). */
function labOf(levels: Triple): Triple {
  const [r, g, b] = levels.map(linear) as unknown as Triple
  const [x, y, z] = [
    (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
    0.2126 * r + 0.7152 * g + 0.0722 * b,
    (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
  ].map(lightness) as unknown as Triple
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

function linear(level: number): number {
  const share = level / 255
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
}

function lightness(share: number): number {
  return share > 216 / 24389 ? Math.cbrt(share) : (24389 / 27) * (share / 116) + 16 / 116
}
