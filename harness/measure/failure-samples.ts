import { FAILURE_SAMPLES_MAX, type FailureSample } from '../model/failures-schema.ts'

/** Limits samples to the earliest of each kind. */
export function firstOfEachKind(samples: readonly FailureSample[]): FailureSample[] {
  const counts = new Map<string, number>()
  return [...samples]
    .sort((a, b) => a.atMs - b.atMs)
    .filter(({ kind }) => {
      const count = (counts.get(kind) ?? 0) + 1
      counts.set(kind, count)
      return count <= FAILURE_SAMPLES_MAX
    })
}
