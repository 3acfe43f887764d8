import * as assert from 'uvu/assert'
import { JointPosterior } from '../../../harness/analysis/capacity/joint-posterior.ts'
import { DEFAULT_PRIORS } from '../../../harness/analysis/capacity/search-priors.ts'
import type { CapacityLimit, SearchProbe } from '../../../harness/model/capacity.ts'
import { describe } from '../../kit/suite.ts'

const share = (id: string): CapacityLimit => ({
  id,
  expect: id,
  allowed: 0.01,
  p99Ms: null,
  isAssumed: false,
})
const value: CapacityLimit = {
  id: 'cpu',
  expect: 'target_cpu_ratio <= 80%',
  allowed: null,
  p99Ms: null,
  isAssumed: false,
}
const range = { good: 400, bad: 800 }

function probesOf(
  ...all: readonly (readonly [x: number, readings: SearchProbe['readings']])[]
): SearchProbe[] {
  return all.map(([x, readings]) => ({
    purpose: 'search',
    x,
    seconds: 30,
    elapsedS: 30,
    ended: 'whole',
    readings,
  }))
}

const k = (count: number, n = 20_000) => ({ kind: 'share', k: count, n, designEffect: 1 }) as const
const y = (at: number) => ({ kind: 'value', y: at, sd: 0.02 }) as const

describe('JointPosterior', (test) => {
  test('puts the capacity where the share of misses is the allowed one', () => {
    const probes = probesOf(
      [600, [k(200)]],
      [600, [k(195)]],
      [600, [k(205)]],
      [540, [k(60)]],
      [660, [k(600)]],
    )
    const [low, median, high] = new JointPosterior([share('p99')], range, probes, DEFAULT_PRIORS).quantiles([
      0.05, 0.5, 0.95,
    ])

    assert.ok(Math.abs(Math.log((median as number) / 600)) < 0.02, `${median}`)
    assert.ok((low as number) < 600 && 600 < (high as number))
  })

  test('does not let a steep service make it more certain than the noise between probes allows', () => {
    const probes = probesOf([640, [k(0, 1e6)]], [660, [k(900_000, 1e6)]])
    const [low, high] = new JointPosterior([share('p99')], range, probes, DEFAULT_PRIORS).quantiles([
      0.05, 0.95,
    ])

    assert.ok(Math.log((high as number) / (low as number)) > 0.02, `${low} to ${high}`)
  })

  test('lets one probe in many be an episode', () => {
    const usual = Array.from({ length: 6 }, (): [number, SearchProbe['readings']] => [600, [k(200)]])
    const [median] = new JointPosterior(
      [share('p99')],
      range,
      probesOf(...usual, [600, [k(15_000)]]),
      DEFAULT_PRIORS,
    ).quantiles([0.5])

    assert.ok(Math.abs(Math.log((median as number) / 600)) < 0.03, `${median}`)
  })

  test('finds where a value reaches its bound', () => {
    const at = (x: number) => Math.log(x / 650)
    const probes = probesOf(
      ...[400, 500, 600, 700].map((x): [number, SearchProbe['readings']] => [x, [y(at(x))]]),
    )
    const [median] = new JointPosterior([value], range, probes, DEFAULT_PRIORS).quantiles([0.5])

    assert.ok(Math.abs(Math.log((median as number) / 650)) < 0.03, `${median}`)
  })

  test('says of a limit that nothing has missed that it lies beyond what was tried', () => {
    const probes = probesOf([600, [k(200), k(0)]], [800, [k(4_000), k(0)]], [500, [k(30), k(0)]])
    const posterior = new JointPosterior([share('p99'), share('errors')], range, probes, DEFAULT_PRIORS)

    assert.is(posterior.ofLimit(0).isSeen, true)
    assert.is(posterior.ofLimit(1).isSeen, false)
    assert.ok((posterior.binding[0] as number) > 0.95)
    assert.ok(Math.abs(posterior.binding.reduce((sum, p) => sum + p, 0) - 1) < 1e-6)
  })

  test('is left as it was by a reading that nothing explains', () => {
    const before = new JointPosterior([share('p99')], range, [], DEFAULT_PRIORS).quantiles([0.5])
    const after = new JointPosterior(
      [share('p99')],
      range,
      probesOf([1e6, [k(0, 1e9)]]),
      DEFAULT_PRIORS,
    ).quantiles([0.5])

    assert.ok(after.every((x) => Number.isFinite(x)))
    assert.ok(before.every((x) => Number.isFinite(x)))
  })
})
