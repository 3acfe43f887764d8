import type { RunWatch } from './run-watch.ts'

/** Shows how a run, or one run after the other, goes on. */
export interface ProgressView {
  /** A run is about to load its target. */
  begin(watch: RunWatch): void
  /** There is one more second. */
  update(): void
  /** A line that stays. */
  say(text: string): void
  /** No more runs; safe to repeat. */
  done(): void
}
