import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { topologicalOrder } from '../../../harness/analysis/plan-graph/activity-graph.ts'
import { sequenceViolation } from '../../../harness/analysis/plan-graph/sequence.ts'
import { anyGraph } from '../../kit/any-graph.ts'
import { describe } from '../../kit/suite.ts'

const needs = { before: 'build', after: 'test', kind: 'start-to-start' } as const
const plan = {
  activities: ['build', 'test', 'ship'].map((name) => ({ name, durationMs: 1 })),
  dependencies: [needs],
}

describe('A sequence', (test) => {
  test('is valid in any order that keeps the dependencies', () => {
    assert.is(sequenceViolation(plan, ['build', 'test', 'ship']), null)
    assert.is(sequenceViolation(plan, ['ship', 'build', 'test']), null)
  })

  test('is violated first by the activity that stands before what it needs', () => {
    assert.equal(sequenceViolation(plan, ['ship', 'test', 'build', 'build']), {
      rule: 'too-early',
      activity: 'test',
      place: 2,
      needs,
    })
  })

  test('is violated by a name twice, one that no activity has, and one left out', () => {
    const rule = (...sequence: string[]) => {
      const found = sequenceViolation(plan, sequence)
      return [found?.rule, found?.activity, found?.place]
    }

    assert.equal(rule('build', 'build'), ['repeated', 'build', 2])
    assert.equal(rule('build', 'constructor'), ['unknown', 'constructor', 2])
    assert.equal(rule('build', 'test'), ['missing', 'ship', null])
    assert.equal(rule(), ['missing', 'build', null])
  })

  test('is valid exactly when no dependency points backwards', () => {
    const drawn = anyGraph(5, 'no cycles').chain((graph) => {
      const names = graph.activities.map(({ name }) => name)
      return fc.tuple(fc.constant(graph), fc.shuffledSubarray(names, { minLength: names.length }))
    })
    fc.assert(
      fc.property(drawn, ([graph, sequence]) => {
        const isKept = graph.dependencies.every(
          ({ before, after }) => sequence.indexOf(before) < sequence.indexOf(after),
        )

        assert.is(sequenceViolation(graph, sequence) === null, isKept)
        const order = topologicalOrder(graph).map(({ name }) => name)
        assert.is(sequenceViolation(graph, order), null)
      }),
    )
  })
})
