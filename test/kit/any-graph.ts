import fc from 'fast-check'
import {
  type ActivityGraph,
  DEPENDENCY_KINDS,
  type Dependency,
} from '../../harness/analysis/plan-graph/activity-graph.ts'

const nameOf = (i: number) => `a${i}`

/** Any graph of up to so many activities; without cycles, where the earlier in the file is always before the later. */
export function anyGraph(activitiesMax: number, cycles: 'cycles' | 'no cycles'): fc.Arbitrary<ActivityGraph> {
  return fc
    .array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: activitiesMax })
    .chain((durations) => {
      const index = fc.integer({ min: 0, max: durations.length - 1 })
      const dependency = fc.tuple(index, index, fc.constantFrom(...DEPENDENCY_KINDS))
      return fc.array(dependency, { maxLength: 2 * durations.length }).map((drawn) => ({
        activities: durations.map((durationMs, i) => ({ name: nameOf(i), durationMs })),
        dependencies: drawn
          .map(([a, b, kind]): readonly [number, number, Dependency['kind']] =>
            cycles === 'cycles' ? [a, b, kind] : [Math.min(a, b), Math.max(a, b), kind],
          )
          .filter(([a, b]) => cycles === 'cycles' || a !== b)
          .map(([a, b, kind]) => ({ before: nameOf(a), after: nameOf(b), kind })),
      }))
    })
    .chain((graph) =>
      // The order of the file says nothing about the order of the work.
      fc
        .shuffledSubarray([...graph.activities], { minLength: graph.activities.length })
        .map((activities) => ({ ...graph, activities })),
    )
}
