import * as assert from 'uvu/assert'
import type { MeasuredInterval } from '../../harness/analysis/measured-view.ts'
import { saturatedResource } from '../../harness/analysis/saturated-resource.ts'
import { aRecord } from '../kit/builders.ts'
import { describe } from '../kit/suite.ts'

type Used = Pick<MeasuredInterval, 'target' | 'probes'>

const target = (cpuRatio: number | null, memoryRatio: number | null = null): Used => ({
  target: { cpuCores: 1, rssBytes: 1, cpuRatio, memoryRatio },
  probes: {},
})

const probe = (cpuRatio: number | null, memoryRatio: number | null): Used => ({
  target: null,
  probes: { db: { cpuCores: null, rssBytes: null, cpuRatio, memoryRatio, value: null }, gone: null },
})

function found(intervals: number, at: (i: number) => Used) {
  return saturatedResource(aRecord({ okMs: [1], intervals, interval: at }).intervals)
}

describe('A saturated resource', (test) => {
  test('is one that had nothing left', () => {
    const resource = found(4, () => target(0.97, 0.4))
    assert.is(resource?.name, 'target CPU')
    assert.ok(Math.abs((resource?.ratio ?? 0) - 0.97) < 1e-9)
    assert.is(found(4, () => target(0.3, 0.95))?.name, 'target memory')
    assert.is(found(4, () => probe(0.2, 0.93))?.name, 'db memory')
  })

  test('is the one that was at its limit longest', () => {
    assert.is(found(4, (i) => target(i < 3 ? 0.91 : 0.5, 0.99))?.name, 'target memory')
  })

  test('is none after a short burst, below the limit, or where nobody looked', () => {
    assert.is(
      found(10, (i) => target(i < 4 ? 1 : 0.2)),
      null,
    )
    assert.is(
      found(4, () => target(0.89)),
      null,
    )
    assert.is(
      found(4, () => target(null)),
      null,
    )
    assert.is(
      found(4, () => ({ target: null, probes: {} })),
      null,
    )
    assert.is(saturatedResource([]), null)
  })
})
