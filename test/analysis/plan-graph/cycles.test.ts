import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { type ActivityGraph, topologicalOrder } from '../../../harness/analysis/plan-graph/activity-graph.ts'
import { findDeadlocks } from '../../../harness/analysis/plan-graph/cycles.ts'
import { anyGraph } from '../../kit/any-graph.ts'
import { describe } from '../../kit/suite.ts'

/** `a>b` is a before b. */
const graph = (names: string, ...arrows: readonly string[]): ActivityGraph => ({
  activities: [...names].map((name) => ({ name, durationMs: 1 })),
  dependencies: arrows.map((arrow) => ({
    before: arrow[0] ?? '',
    after: arrow[2] ?? '',
    kind: 'finish-to-start',
  })),
})

describe('Deadlocks', (test) => {
  test('are told by the shortest cycle', () => {
    const { cycles } = findDeadlocks(graph('abcd', 'a>b', 'b>c', 'c>d', 'd>a', 'c>b'))

    assert.equal(cycles, [['b', 'c']])
  })

  test('are told once for each group, and apart from what only waits for them', () => {
    const found = findDeadlocks(graph('abcdef', 'a>b', 'b>a', 'b>c', 'c>d', 'd>d', 'd>e'))

    assert.equal(found, { cycles: [['d'], ['a', 'b']], unreachable: ['c', 'e'] })
  })

  test('are the shortest by trying every sequence of activities', () => {
    fc.assert(
      fc.property(anyGraph(6, 'cycles'), (plan) => {
        const { cycles } = findDeadlocks(plan)

        assert.is(cycles[0]?.length ?? null, shortestByBruteForce(plan))
      }),
    )
  })

  test('are cycles of the graph, one for each group, and all that no order has', () => {
    fc.assert(
      fc.property(anyGraph(30, 'cycles'), (plan) => {
        const { cycles, unreachable } = findDeadlocks(plan)
        const isBefore = (a: string | undefined, b: string | undefined) =>
          plan.dependencies.some(({ before, after }) => before === a && after === b)
        for (const cycle of cycles)
          for (const [i, name] of cycle.entries()) assert.ok(isBefore(name, cycle[(i + 1) % cycle.length]))
        const named = cycles.flat()
        assert.is(new Set(named).size, named.length)
        const ordered = topologicalOrder(plan).map(({ name }) => name)
        assert.is(cycles.length === 0, ordered.length === plan.activities.length)
        for (const name of unreachable) assert.not.ok(ordered.includes(name) || named.includes(name))
      }),
    )
  })
})

/** Extends every path without a repeated activity, one step at a time, until one closes. */
function shortestByBruteForce({ activities, dependencies }: ActivityGraph): number | null {
  let paths = activities.map(({ name }) => [name])
  while (paths.length > 0) {
    if (
      paths.some((path) =>
        dependencies.some(({ before, after }) => before === path.at(-1) && after === path[0]),
      )
    )
      return paths[0]?.length ?? null
    paths = paths.flatMap((path) =>
      dependencies
        .filter(({ before, after }) => before === path.at(-1) && !path.includes(after))
        .map(({ after }) => [...path, after]),
    )
  }
  return null
}
