/** The causes of the failed requests of a run so far, by step. */
import { causesOf } from '../analysis/failure-causes.ts'
import { addTo } from '../base/add-numbers.ts'
import { FailureCounts } from '../measure/failure-counts.ts'
import { FAILURE_TEXTS_MAX } from '../model/failures-schema.ts'
import type { IntervalSnapshot } from '../model/interval-snapshot.ts'
import type { LiveFailure } from '../model/live-view.ts'

/** The number of texts of a step that are told apart: more than are shown, so that a late one can rise. */
const TEXTS_MAX = 64
/** The number of causes of all steps that people look at. */
const SHOWN_MAX = 12

interface StepFailuresSoFar {
  readonly errors: Map<string, number>
  readonly texts: FailureCounts
}

/** Adds up what failed; bounded by the steps of the plan, whatever the texts are. */
export class FailureWatch {
  readonly #steps = new Map<string, StepFailuresSoFar>()

  add(snapshots: readonly IntervalSnapshot[]): void {
    for (const { steps, failures } of snapshots) {
      for (const { step, errors } of steps) addTo(this.#of(step).errors, errors)
      for (const { of, step, counts } of failures)
        if (of === 'requests')
          for (const { kind, text, count } of counts) this.#of(step).texts.add(kind, text, count)
    }
  }

  /** Returns the most frequent causes first. */
  list(): LiveFailure[] {
    return [...this.#steps]
      .flatMap(([step, { errors, texts }]) =>
        causesOf({ errors: Object.fromEntries(errors) }, [{ counts: texts.list(FAILURE_TEXTS_MAX) }]).map(
          (cause) => ({ step, ...cause }),
        ),
      )
      .sort((a, b) => b.count - a.count)
      .slice(0, SHOWN_MAX)
  }

  #of(step: string): StepFailuresSoFar {
    const known = this.#steps.get(step) ?? { errors: new Map(), texts: new FailureCounts(TEXTS_MAX) }
    this.#steps.set(step, known)
    return known
  }
}
