import * as assert from 'uvu/assert'
import { FAMILIES, prometheusName } from '../../../harness/telemetry/outputs/families.ts'
import { openmetricsText } from '../../../harness/telemetry/outputs/openmetrics-text.ts'
import { aPlan } from '../../kit/builders.ts'
import { anObjective } from '../../kit/demands.ts'
import { assertGolden } from '../../kit/golden.ts'
import { ALL_LABELS, aBatch, figuresAfter, pointsOf, totalOf, twoSeconds } from '../../kit/metric-batches.ts'
import { aSnapshot, aStep } from '../../kit/snapshots.ts'
import { describe } from '../../kit/suite.ts'

describe('The names of figures', (test) => {
  test('are those of the golden file: a change breaks dashboards, and is told in CHANGELOG.md', () => {
    const lines = Object.values(FAMILIES).map(
      (family) => `${prometheusName(family)} ${family.type} ${family.unit || 'count'}`,
    )
    assertGolden(`${lines.join('\n')}\n`, new URL('names.txt', import.meta.url))
  })

  test('are said once', () => {
    const names = Object.values(FAMILIES).map(prometheusName)
    assert.equal([...new Set(names)], names)
  })
})

describe('Points of a run', (test) => {
  test('are those of the golden file', () => {
    const objectives = [anObjective('p99(response_time) < 2ms')]
    const batch = aBatch(twoSeconds(), {
      plan: aPlan({ objectives }),
      outputs: [{ output: 'a', droppedCount: 1, failureCount: 2 }],
    })
    assertGolden(openmetricsText(batch, 'openmetrics'), new URL('points.txt', import.meta.url))
  })

  test('hold every request once, whatever steps and regions there are', () => {
    const steps = ['a', 'b'].flatMap((step) =>
      ['eu', 'us'].map((region) => aStep({ step, region, ok: 2, failed: 1 })),
    )
    const points = pointsOf(figuresAfter([aSnapshot({ steps }), aSnapshot({ sequence: 1, steps })]))

    assert.is(totalOf(points, 'requests'), 24)
    assert.is(totalOf(points, 'requests', { step: 'a', outcome: 'failed' }), 4)
  })

  test('tell of 200 step names, and of the rest together', () => {
    const steps = Array.from({ length: 1000 }, (_, i) => aStep({ step: `step ${i}`, ok: 1 }))
    const points = pointsOf(figuresAfter([aSnapshot({ steps })]))

    const names = new Set(points.flatMap(({ labels }) => labels['step'] ?? []))
    assert.is(names.size, 201)
    assert.is(totalOf(points, 'requests', { step: 'other' }), 800)
    assert.is(totalOf(points, 'requests'), 1000)
  })

  test('cut long names, and spell out what is invisible', () => {
    const steps = [aStep({ step: `a\nb"${'x'.repeat(10_000)}`, ok: 1 })]
    const [point] = pointsOf(figuresAfter([aSnapshot({ steps })]))

    const step = point?.labels['step'] ?? ''
    assert.is([...step].length, 100)
    assert.ok(step.startsWith('a\\u{a}b"xxx'), step)
  })

  test('leave out the labels that a budget has no room for, and no request', () => {
    const steps = ['a', 'b'].map((step) => aStep({ step, errored: 1, errors: { reset: 1 } }))
    const detail = { ...ALL_LABELS, errorsByStep: false }
    const points = pointsOf(figuresAfter([aSnapshot({ steps })]), detail)

    assert.equal(
      points.filter(({ family }) => family.key === 'errors').map(({ labels }) => labels),
      [{ scenario: 'test', phase: 'steady', error: 'reset' }],
    )
    assert.is(totalOf(points, 'errors'), 2)
  })
})
