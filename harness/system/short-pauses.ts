/**
 * Settings of V8 for threads that time requests: they stand still for a few milliseconds at most while garbage is collected, with
 * ten thousand connections, too (docs/measurements.md).
 */
import { setFlagsFromString } from 'node:v8'
import type { ResourceLimits } from 'node:worker_threads'

/** V8 takes a third of it for each half of the new space. What is alive in a half is copied in one pause. */
const YOUNG_MB = 12

/**
 * Returns the limits of such threads, and lets V8 compact no heap of threads started from now on just because little is
 * allocated: that is one long pause. @param isFrugal false for code that keeps much alive for a moment, such as promises, which
 * a small new space would promote
 */
export function shortPauses(isFrugal: boolean): ResourceLimits {
  setFlagsFromString('--no-memory-reducer')
  return isFrugal ? { maxYoungGenerationSizeMb: YOUNG_MB } : {}
}
