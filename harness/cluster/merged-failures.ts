import { FailureCounts } from '../measure/failure-counts.ts'
import { firstOfEachKind } from '../measure/failure-samples.ts'
import { FAILURE_TEXTS_MAX, type FailureSample, type StepFailures } from '../model/failures-schema.ts'

/** The number of texts of a step that are told apart while load runs: more than are kept, so that a late one can rise. */
export const TEXTS_MAX = 64

interface Merged extends Pick<StepFailures, 'phase' | 'of' | 'step'> {
  readonly counts: FailureCounts
  samples: FailureSample[]
}

/** The failures of every step and journey over all shards, limited to the most frequent texts and a few samples of a kind. */
export class MergedFailures {
  readonly #byStep = new Map<string, Merged>()

  add({ phase, of, step, counts, samples }: StepFailures): void {
    const key = `${phase}\u0000${step}\u0000${of}`
    const merged = this.#byStep.get(key) ?? {
      phase,
      of,
      step,
      counts: new FailureCounts(TEXTS_MAX),
      samples: [],
    }
    this.#byStep.set(key, merged)
    for (const { kind, text, count } of counts) merged.counts.add(kind, text, count)
    merged.samples = firstOfEachKind([...merged.samples, ...samples])
  }

  /** Returns the failures by phase and step. @param textsMax the number of texts of each */
  list(textsMax = FAILURE_TEXTS_MAX): StepFailures[] {
    return [...this.#byStep]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { phase, of, step, counts, samples }]) => ({
        phase,
        of,
        step,
        counts: counts.list(textsMax),
        samples,
      }))
  }
}
