import { PageAllocator } from './cells.ts'
import type { Announce } from './memory-announcement.ts'

/**
 * Histograms of components that a shard makes over all steps and phases; components beyond them are recorded together, step
 * by step: who answers names them, and a name must not eat the memory.
 */
export const COMPONENT_CELLS_MAX = 2_000

/** The memory that all steps of a shard share. */
export class CellMemory {
  readonly pages: PageAllocator
  #componentCellCount = 0

  constructor(announce: Announce) {
    this.pages = new PageAllocator((buffer) => announce({ kind: 'pages', buffer }))
  }

  /** Whether there may be no more components. */
  get isFull(): boolean {
    return this.#componentCellCount >= COMPONENT_CELLS_MAX
  }

  countComponent(): void {
    this.#componentCellCount++
  }
}
