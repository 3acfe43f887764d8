import * as assert from 'uvu/assert'
import { ganttOf, planGraphOf } from '../../harness/charts/qualification-plan.ts'
import { aNightOfQualification } from '../kit/qualification-night.ts'
import { aQualification, aQualifiedActivity } from '../kit/qualifications.ts'
import { describe } from '../kit/suite.ts'

describe('ganttOf', (test) => {
  test('puts what was planned and what happened on one scale, and marks the critical path', () => {
    const { wholeMs, bars } = ganttOf(aQualification())

    assert.is(wholeMs, 31_000)
    assert.equal(
      bars.map(({ name, isCritical }) => [name, isCritical]),
      [
        ['smoke', true],
        ['data', false],
        ['hours', true],
      ],
    )
    assert.equal(bars[2]?.planned, { from: 10 / 31, to: 30 / 31 })
    assert.equal(bars[2]?.actual, { from: 11 / 31, to: 1 })
  })

  test('has no bar for what did not run, and one to the end for what did not end', () => {
    const activities = [
      aQualifiedActivity({ name: 'a', startMs: null }),
      aQualifiedActivity({ name: 'b', plannedStartMs: 30_000, endMs: null }),
    ]
    const { bars } = ganttOf(aQualification({ activities }))

    assert.is(bars[0]?.actual, null)
    assert.is(bars[1]?.actual?.to, 1)
  })
})

describe('planGraphOf', (test) => {
  test('puts an activity one column after the last that it needs', () => {
    const { columns, nodes, edges } = planGraphOf(aNightOfQualification())

    assert.is(columns, 4)
    assert.equal(
      nodes.map(({ name, column, row }) => [name, column, row]),
      [
        ['smoke', 0, 0],
        ['data', 0, 1],
        ['hours', 1, 0],
        ['capacity', 1, 1],
        ['incident-response-drill', 2, 0],
        ['approve', 3, 0],
        ['visuals', 1, 2],
      ],
    )
    assert.equal(
      edges
        .filter(({ isCritical }) => isCritical)
        .map(({ from, to, isByResource }) => [from.name, to.name, isByResource]),
      [
        ['smoke', 'hours', false],
        ['hours', 'capacity', true],
      ],
    )
  })

  test('draws a document with a cycle, or with needs that are nowhere', () => {
    const activities = [
      aQualifiedActivity({ name: 'a', needs: ['b', 'nobody'] }),
      aQualifiedActivity({ name: 'b', needs: ['a'] }),
    ]
    const { nodes, edges } = planGraphOf(aQualification({ activities }))

    assert.is(nodes.length, 2)
    assert.is(edges.length, 2)
  })
})
