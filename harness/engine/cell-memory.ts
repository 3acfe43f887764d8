import { PageAllocator } from './cells.ts'
import type { Announce } from './memory-announcement.ts'

/**
 * The maximum number of component histograms of a shard, over all steps and phases; components beyond it are recorded together,
 * per step. The server chooses the names, so their number must not exhaust the memory.
 */
export const COMPONENT_CELLS_MAX = 2_000

/** The memory that all steps of a shard share. */
export class CellMemory {
  readonly pages: PageAllocator
  #componentCellCount = 0

  constructor(announce: Announce) {
    this.pages = new PageAllocator((buffer) => announce({ kind: 'pages', buffer }))
  }

  /** True when no more components may be added. */
  get isFull(): boolean {
    return this.#componentCellCount >= COMPONENT_CELLS_MAX
  }

  countComponent(): void {
    this.#componentCellCount++
  }
}
