/**
 * The slowest requests of one step in one phase: a few rows in shared memory, overwritten in place. A row costs nothing
 * until a request is slower than the quickest of the kept ones. Written by the shard, read by its coordinator while it
 * writes: a row's version is odd while the row is written, so a half-written row is detected and left for the next reading; the
 * row that a dead thread was writing is lost, the others are not.
 */
import { SLOWEST_PER_STEP } from '../model/interval-snapshot.ts'

const COLUMNS = [
  'responseUs',
  'serviceUs',
  'connectUs',
  'atMs',
  'agent',
  'status',
  'errorKind',
  'traceNumber',
] as const
/**
 * A row as numbers. `serviceUs` is -1 for a request that was never sent, `connectUs` for one that found a connection, `atMs` counts
 * from run start.
 */
export type SlowRow = Readonly<Record<(typeof COLUMNS)[number], number>>

const WIDTH = COLUMNS.length
/** The versions come first, padded to whole doubles. */
const VERSION_BYTES = Math.ceil(SLOWEST_PER_STEP / 2) * 2 * Int32Array.BYTES_PER_ELEMENT

/** Allocates the shared memory of one table. */
export function allocateSlowest(): SharedArrayBuffer {
  return new SharedArrayBuffer(VERSION_BYTES + SLOWEST_PER_STEP * WIDTH * Float64Array.BYTES_PER_ELEMENT)
}

function viewsOf(buffer: SharedArrayBuffer): { versions: Int32Array; cells: Float64Array } {
  return {
    versions: new Int32Array(buffer, 0, SLOWEST_PER_STEP),
    cells: new Float64Array(buffer, VERSION_BYTES),
  }
}

/** Writes the table. */
export class SlowestWriter {
  readonly #versions: Int32Array
  readonly #cells: Float64Array
  #kept = 0
  /** The index of the kept row that is replaced next. */
  #quickest = 0

  constructor(buffer: SharedArrayBuffer) {
    const { versions, cells } = viewsOf(buffer)
    this.#versions = versions
    this.#cells = cells
  }

  /**
   * Keeps a request slower than what the last call returned.
   * @returns response time, microseconds, that a request has to exceed to be kept; -1 while there is room
   */
  keep(
    responseUs: number,
    serviceUs: number,
    connectUs: number,
    atMs: number,
    agent: number,
    status: number,
    errorKind: number,
    traceNumber: number,
  ): number {
    const row = this.#kept < SLOWEST_PER_STEP ? this.#kept++ : this.#quickest
    const cells = this.#cells
    const at = row * WIDTH
    Atomics.add(this.#versions, row, 1)
    cells[at] = responseUs
    cells[at + 1] = serviceUs
    cells[at + 2] = connectUs
    cells[at + 3] = atMs
    cells[at + 4] = agent
    cells[at + 5] = status
    cells[at + 6] = errorKind
    cells[at + 7] = traceNumber
    Atomics.add(this.#versions, row, 1)
    return this.#kept < SLOWEST_PER_STEP ? -1 : this.#findQuickest()
  }

  #findQuickest(): number {
    const cells = this.#cells
    let quickest = 0
    for (let row = 1; row < SLOWEST_PER_STEP; row++)
      if ((cells[row * WIDTH] as number) < (cells[quickest * WIDTH] as number)) quickest = row
    this.#quickest = quickest
    return cells[quickest * WIDTH] as number
  }
}

/** Reads the table: gives the rows written since the last call. */
export class SlowestReader {
  readonly #versions: Int32Array
  readonly #cells: Float64Array
  readonly #seen = new Int32Array(SLOWEST_PER_STEP)

  constructor(buffer: SharedArrayBuffer) {
    const { versions, cells } = viewsOf(buffer)
    this.#versions = versions
    this.#cells = cells
  }

  takeNew(): SlowRow[] {
    const rows: SlowRow[] = []
    for (let row = 0; row < SLOWEST_PER_STEP; row++) {
      const version = Atomics.load(this.#versions, row)
      if (version === this.#seen[row] || version % 2 !== 0) continue
      const values = this.#cells.slice(row * WIDTH, (row + 1) * WIDTH)
      if (Atomics.load(this.#versions, row) !== version) continue
      this.#seen[row] = version
      rows.push(Object.fromEntries(COLUMNS.map((name, i) => [name, values[i] as number])) as SlowRow)
    }
    return rows
  }
}
