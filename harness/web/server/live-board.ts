/** The present state of a dashboard, and those who wait for the next one. It never waits for anybody. */

import { OWN_WORDS } from '../../analysis/own-words.ts'
import type { Clock } from '../../base/clock.ts'
import { type MaskText, maskData } from '../../base/secret-mask.ts'
import type { LiveMessage } from '../../model/live-message.ts'
import type { LiveView } from '../../model/live-view.ts'
import type { RunPoint } from '../../model/run-point.ts'

/** A run as it is shown. */
export interface ShownRun extends Pick<LiveMessage, 'stopCount' | 'search' | 'report'> {
  readonly view: LiveView
  readonly points: readonly RunPoint[]
  /** Hides what may appear nowhere. */
  readonly mask: MaskText
}

/** The state that a viewer has been told. */
export interface Told {
  readonly version: number
  /** A point that is complete and tells this series from every other; null when none is. */
  readonly anchor: RunPoint | null
  readonly pointCount: number
}

const NOTHING: LiveMessage = { view: null, keep: 0, points: [], stopCount: 0, search: null, report: null }

export class LiveBoard {
  readonly #clock: Clock
  readonly #waiting = new Set<() => void>()
  #shown: ShownRun | null = null
  #version = 0
  #isOver = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Nothing will change any more. */
  get isOver(): boolean {
    return this.#isOver
  }

  get version(): number {
    return this.#version
  }

  show(run: ShownRun): void {
    this.#shown = run
    this.#version++
    this.#wake()
  }

  end(): void {
    this.#isOver = true
    this.#wake()
  }

  /** All that is to be told to somebody who knows this much; null: nothing yet. */
  tell(known: Told | null): { readonly told: Told; readonly message: LiveMessage } {
    const version = this.#version
    if (this.#shown === null) return { told: { version, anchor: null, pointCount: 0 }, message: NOTHING }
    const { view, points, stopCount, search, report, mask } = this.#shown
    // The last point may still grow. A series that was halved, or is of another run, has other points before it.
    const isSame = known !== null && known.anchor !== null && points[known.pointCount - 2] === known.anchor
    const keep = isSame ? known.pointCount - 1 : 0
    return {
      told: { version, anchor: points.at(-2) ?? null, pointCount: points.length },
      message: {
        ...maskData({ view, points: points.slice(keep), report }, mask, { words: OWN_WORDS }),
        keep,
        stopCount,
        search,
      },
    }
  }

  /** Resolves when there is more than this version, when all is over, or after `withinMs`. */
  newerThan(version: number, withinMs: number): Promise<void> {
    if (this.#version > version || this.#isOver) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake)
        cancel()
        resolve()
      }
      const cancel = this.#clock.after(withinMs, wake)
      this.#waiting.add(wake)
    })
  }

  #wake(): void {
    for (const wake of this.#waiting) wake()
  }
}
