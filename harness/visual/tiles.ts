/**
 * The tiles in which frames are compared: 16 x 16 pixels, one every 8, so that a defect of that size fills more than half
 * of one tile wherever it lies. Sums are computed per cell of 8 x 8; masked pixels belong to no cell.
 */
import { type PixelBox, TILE_PX } from '../model/visual.ts'
import type { Frame } from './frame.ts'

const CELL_PX = TILE_PX / 2
/** Marks "no cell". */
const MASKED = -1

/** The size of a frame. */
export type FrameSize = Pick<Frame, 'widthPx' | 'heightPx'>

/** A tile and the (up to four) cells it is made of. */
export interface Tile {
  readonly box: PixelBox
  readonly cells: readonly number[]
}

/** The cell of the middle of each window (one window at every pixel where it fits, in rows). */
export interface WindowCells {
  readonly cells: Int32Array
  /** The number of windows of each cell. */
  readonly counts: Float64Array
}

/** Assigns windows to cells; windows that touch a mask belong to none. Windows of one pixel are pixels. */
export function cellsOfWindows(size: FrameSize, windowPx: number, masks: readonly PixelBox[]): WindowCells {
  const [columns, rows] = [size.widthPx - windowPx + 1, size.heightPx - windowPx + 1]
  const [cellColumns, cellRows] = cellGridOf(size)
  const middlePx = Math.floor(windowPx / 2)
  const cells = new Int32Array(columns * rows)
  for (let y = 0, i = 0; y < rows; y++) {
    const first = cellColumns * Math.floor((y + middlePx) / CELL_PX)
    for (let x = 0; x < columns; x++, i++) cells[i] = first + Math.floor((x + middlePx) / CELL_PX)
  }
  for (const { x, y, width, height } of masks) {
    const [from, to] = [Math.max(0, x - windowPx + 1), Math.min(columns, x + width)]
    const end = Math.min(rows, y + height)
    for (let row = Math.max(0, y - windowPx + 1); row < end && from < to; row++)
      cells.fill(MASKED, row * columns + from, row * columns + to)
  }
  const counts = new Float64Array(cellColumns * cellRows)
  addByCell(counts, cells, () => 1)
  return { cells, counts }
}

/** Adds a value of each window to the sum of its cell. */
export function addByCell(sums: Float64Array, cells: Int32Array, valueAt: (window: number) => number): void {
  cells.forEach((cell, window) => {
    if (cell !== MASKED) sums[cell] = (sums[cell] ?? 0) + valueAt(window)
  })
}

/** Returns all tiles of a frame; the last ones of a row or column are cut off at the edge. */
export function tilesOf(size: FrameSize): Tile[] {
  const [cellColumns, cellRows] = cellGridOf(size)
  const tiles: Tile[] = []
  for (let row = 0; row < Math.max(1, cellRows - 1); row++)
    for (let column = 0; column < Math.max(1, cellColumns - 1); column++) {
      const [x, y] = [CELL_PX * column, CELL_PX * row]
      const cells = [row, row + 1]
        .filter((each) => each < cellRows)
        .flatMap((each) =>
          [column, column + 1]
            .filter((other) => other < cellColumns)
            .map((other) => each * cellColumns + other),
        )
      tiles.push({
        box: {
          x,
          y,
          width: Math.min(TILE_PX, size.widthPx - x),
          height: Math.min(TILE_PX, size.heightPx - y),
        },
        cells,
      })
    }
  return tiles
}

/** Sums values over the cells of a tile. */
export function sumOver({ cells }: Tile, values: Float64Array): number {
  return cells.reduce((sum, cell) => sum + (values[cell] ?? 0), 0)
}

function cellGridOf({ widthPx, heightPx }: FrameSize): readonly [columns: number, rows: number] {
  return [Math.ceil(widthPx / CELL_PX), Math.ceil(heightPx / CELL_PX)]
}
