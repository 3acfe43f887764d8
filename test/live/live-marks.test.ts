import * as assert from 'uvu/assert'
import { LiveMarks } from '../../harness/live/live-marks.ts'
import type { ObjectiveEvent } from '../../harness/model/enforcement.ts'
import { aDemand } from '../kit/demands.ts'
import { describe } from '../kit/suite.ts'

const PHASES = [
  { name: 'warm-up', startMs: 0, endMs: 10_000, measured: false },
  { name: 'steady', startMs: 10_000, endMs: 60_000, measured: true },
]

function aChange(from: ObjectiveEvent['from'], to: ObjectiveEvent['to'], atMs: number): ObjectiveEvent {
  return {
    at: '2026-01-01T00:00:03.000Z',
    atMs,
    sinceMs: atMs,
    runId: 'run',
    correlationId: 'c',
    ...aDemand('p99(response_time) < 100ms'),
    from,
    to,
    severity: 'major',
    observed: 250,
    windowMs: 10_000,
    sampleCount: 30,
    annotations: {},
  }
}

describe('Marks of a run that goes on', (test) => {
  test('are the phases that have begun, the present one until now', () => {
    const marks = new LiveMarks()
    marks.prepared(PHASES)

    const stretches = [5_000, 20_000].map((nowMs) =>
      marks.until(nowMs).map(({ label, x, toX }) => [label, x, toX]),
    )

    assert.equal(stretches, [
      [['warm-up', 0, 5]],
      [
        ['warm-up', 0, 10],
        ['steady', 10, 20],
      ],
    ])
  })

  test('carry the id of the objective that fired, from then until it is well again', () => {
    const marks = new LiveMarks()
    marks.changed(aChange('ok', 'pending', 2_000))
    assert.equal(marks.until(2_500), [])

    marks.changed(aChange('pending', 'firing', 3_000))
    const [firing] = marks.until(4_000)
    marks.changed(aChange('firing', 'recovering', 5_000))
    marks.changed(aChange('recovering', 'ok', 6_000))
    const [over] = marks.until(9_000)

    assert.equal(firing, {
      kind: 'breach',
      objective: 'p99-response_time-lt-100ms',
      label: 'p99(response_time) < 100ms',
      x: 3,
      toX: 4,
    })
    assert.is(over?.toX, 6)
  })

  test('name who stopped the load first, and a rollback once', () => {
    const marks = new LiveMarks()
    marks.stopped('SIGINT', 4_000)
    marks.stopped('dashboard', 5_000)
    marks.rolledBack(6_000)
    marks.rolledBack(7_000)

    assert.equal(
      marks.until(9_000).map(({ label, x }) => [label, x]),
      [
        ['stopped by SIGINT', 4],
        ['rollback', 6],
      ],
    )
  })
})
