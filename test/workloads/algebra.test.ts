import * as assert from 'uvu/assert'
import {
  constant,
  points,
  ramp,
  scale,
  sequence,
  sine,
  spike,
  steps,
  sum,
} from '../../harness/workloads/algebra.ts'
import { describe } from '../kit/suite.ts'

describe('curve algebra', (test) => {
  test('reads rates with their unit and agents as plain numbers', () => {
    assert.equal(constant('30/m', '1m30s'), { kind: 'constant', value: 0.5, durationMs: 90_000 })
    assert.equal(constant(250, '10s'), { kind: 'constant', value: 250, durationMs: 10_000 })
    assert.equal(ramp('0/s', '500/s', '2s'), { kind: 'ramp', from: 0, to: 500, durationMs: 2_000 })
    assert.equal(steps([10, 20], '500ms'), { kind: 'steps', values: [10, 20], stepMs: 500 })
  })

  test('reads the lengths of spikes, sines and points', () => {
    assert.equal(spike({ base: 1, peak: 9, at: '1s', ramp: '2s', hold: '3s', duration: '10s' }), {
      kind: 'spike',
      base: 1,
      peak: 9,
      atMs: 1_000,
      rampMs: 2_000,
      holdMs: 3_000,
      durationMs: 10_000,
    })
    assert.equal(sine({ mean: 5, amplitude: 2, period: '1m', duration: '1h' }), {
      kind: 'sine',
      mean: 5,
      amplitude: 2,
      periodMs: 60_000,
      shiftMs: 0,
      durationMs: 3_600_000,
    })
    const through = points([
      ['0s', 1],
      ['1s', '2/s'],
    ])
    assert.equal(through, {
      kind: 'points',
      points: [
        [0, 1],
        [1_000, 2],
      ],
    })
  })

  test('combines curves, and scales only what it is told to', () => {
    const [a, b] = [constant(1, '1s'), constant(2, '1s')]

    assert.equal(sequence(a, b), { kind: 'sequence', parts: [a, b] })
    assert.equal(sum(a, b), { kind: 'sum', parts: [a, b] })
    assert.equal(scale(a, { value: 3 }), { kind: 'scale', value: 3, time: 1, part: a })
    assert.equal(scale(a, { time: 0.1 }), { kind: 'scale', value: 1, time: 0.1, part: a })
  })

  test('refuses a number without a unit', () => {
    assert.throws(() => constant('500', '10s'), /rate with a unit/)
    assert.throws(() => constant(500, '10'), /duration with a unit/)
  })
})
