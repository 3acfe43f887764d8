/**
 * The structural similarity (SSIM, Wang et al. 2004) of two frames of one size, by ssim.js, per channel, so that colours
 * of equal brightness are distinguished. Nothing is scaled down, or a small defect would vanish. Windows are 11 x 11 pixels of
 * equal weight, one at every pixel: 'weber' is the only algorithm of the library that is exact to the pixel and fast (half a
 * second for a channel of 1920 x 1080; Gaussian weights take two and a half, and 'bezkrovny' reads one window in 121).
 *
 * The similarity of a tile is the mean over its windows, in the channel with the lowest mean; that of a frame is the mean over
 * all
 * windows and channels. A window that touches a mask does not count, so masked pixels have no influence at all.
 */
import { ssim } from 'ssim.js'
import type { PixelBox } from '../model/visual.ts'
import type { Planes } from './planes.ts'
import { addByCell, cellsOfWindows, type FrameSize, sumOver, tilesOf, type WindowCells } from './tiles.ts'

const WINDOW_PX = 11
/** The rows of windows computed at once: limits memory, and rows equal in both frames cost nothing. */
const BAND_ROWS = 128
const OPTIONS = { ssim: 'weber', downsample: false, k1: 0.01, k2: 0.03, bitDepth: 8 } as const

/** The similarity of two frames, 0-1 (below 0 for opposites). */
export interface Similarity {
  readonly mean: number
  readonly worstTile: { readonly ssim: number; readonly box: PixelBox }
}

/** Compares the planes of two frames of one size; null where masks leave nothing to compare. */
export function similarityOf(
  one: Planes,
  other: Planes,
  size: FrameSize,
  masks: readonly PixelBox[],
): Similarity | null {
  const windowPx = Math.min(WINDOW_PX, size.widthPx, size.heightPx)
  const windows = cellsOfWindows(size, windowPx, masks)
  const channels = one.slice(0, isOpaque(one) && isOpaque(other) ? 3 : 4)
  const sums = channels.map((plane, i) =>
    similaritySums(plane, other[i] as Uint8Array, size, windowPx, windows),
  )
  const tiles = tilesOf(size).flatMap((tile) => {
    const count = sumOver(tile, windows.counts)
    return count === 0
      ? []
      : [{ box: tile.box, ssim: Math.min(...sums.map((sum) => sumOver(tile, sum) / count)) }]
  })
  const [first, ...others] = tiles
  if (first === undefined) return null
  return {
    mean: sums.reduce((all, sum) => all + total(sum), 0) / sums.length / total(windows.counts),
    worstTile: others.reduce((worst, tile) => (tile.ssim < worst.ssim ? tile : worst), first),
  }
}

function isOpaque([, , , alpha]: Planes): boolean {
  return alpha.every((level) => level === 255)
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}

/** Sums the similarities of the windows of each cell. */
function similaritySums(
  one: Uint8Array,
  other: Uint8Array,
  { widthPx, heightPx }: FrameSize,
  windowPx: number,
  { cells, counts }: WindowCells,
): Float64Array {
  const sums = new Float64Array(counts.length)
  const [columns, rows] = [widthPx - windowPx + 1, heightPx - windowPx + 1]
  for (let row = 0; row < rows; row += BAND_ROWS) {
    const bandRows = Math.min(BAND_ROWS, rows - row)
    const height = bandRows + windowPx - 1
    const band = (plane: Uint8Array) => plane.subarray(row * widthPx, (row + height) * widthPx)
    const map = similarityMap(band(one), band(other), widthPx, height, windowPx)
    const ofBand = cells.subarray(row * columns, (row + bandRows) * columns)
    addByCell(sums, ofBand, (window) => (map === null ? 1 : (map[window] ?? 0)))
  }
  return sums
}

/** Returns the similarity of each window; null where both are equal, which is a similarity of 1 everywhere. */
function similarityMap(
  one: Uint8Array,
  other: Uint8Array,
  width: number,
  height: number,
  windowPx: number,
): readonly number[] | null {
  if (Buffer.compare(one, other) === 0) return null
  const image = (plane: Uint8Array) => ({ data: greyOf(plane), width, height })
  return ssim(image(one), image(other), { ...OPTIONS, windowSize: windowPx }).ssim_map.data
}

/** Converts a plane to the grey picture that the library takes; it computes the same levels from it. */
function greyOf(plane: Uint8Array): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray(4 * plane.length)
  for (let i = 0; i < plane.length; i++) rgba.fill(plane[i] ?? 0, 4 * i, 4 * i + 3)
  return rgba
}
