import * as assert from 'uvu/assert'
import { SETTINGS } from '../../../bench/capacity/methods.ts'
import { answerOf } from '../../../harness/analysis/capacity/answer.ts'
import { forecastOf } from '../../../harness/analysis/capacity/forecast.ts'
import {
  culpritOf,
  kneeOf,
  recoveryOf,
  saturationOf,
} from '../../../harness/analysis/capacity/probe-figures.ts'
import type { CapacityProbe, CapacityRecord } from '../../../harness/model/capacity.ts'
import { describe } from '../../kit/suite.ts'

function aProbe(x: number, k: number, changes: Partial<CapacityProbe> = {}): CapacityProbe {
  return {
    purpose: 'range',
    x,
    seconds: 30,
    elapsedS: 36,
    ended: 'whole',
    readings: [{ kind: 'share', k, n: 10_000, designEffect: 1 }],
    runId: 'run-1',
    why: '',
    reason: null,
    recoveredS: null,
    startedPerSec: x,
    achievedPerSec: x,
    p99Ms: 20,
    meanMs: 10,
    meanInFlight: x / 100,
    errorRatio: 0,
    requestsPerStart: 1,
    components: [],
    cautions: [],
    ...changes,
  }
}

function aRecord(
  probes: CapacityProbe[],
  max: number | null = null,
): Pick<CapacityRecord, 'limits' | 'settings' | 'probes' | 'by'> {
  return {
    by: 'rate',
    settings: { ...SETTINGS, max },
    limits: [
      { id: 'p99', expect: 'p99(response_time) < 100ms', allowed: 0.01, p99Ms: 100, isAssumed: false },
    ],
    probes,
  }
}

const HELD = [
  aProbe(100, 10),
  aProbe(200, 10),
  aProbe(200, 20, { purpose: 'confirm' }),
  aProbe(100, 10, { purpose: 'drift' }),
]
const DRIFTED = [...HELD.slice(0, -1), aProbe(100, 90, { purpose: 'drift' })]
const asked = (atLeast: number | null, strict = false) => ({ atLeast, forecast: null, strict })

describe('answerOf', (test) => {
  test('is GO for a confirmed rate, and for --at-least no more than that', () => {
    assert.is(answerOf(aRecord(HELD, 200), asked(null)).exitCode, 0)
    assert.is(answerOf(aRecord(HELD, 200), asked(200)).exitCode, 0)
  })

  test('does not decide on --at-least beyond what was tried', () => {
    assert.is(answerOf(aRecord(HELD, 200), asked(201)).exitCode, 3)
  })

  test('is NO-GO for --at-least that is surely beyond the capacity', () => {
    const range = [aProbe(100, 10), aProbe(200, 10), aProbe(400, 3_000), aProbe(250, 90), aProbe(260, 110)]
    assert.is(answerOf(aRecord(range), asked(2_000)).exitCode, 1)
    assert.is(answerOf(aRecord(range), asked(null)).exitCode, 3)
  })

  test('is NO-GO for --at-least when not even the lowest load is held', () => {
    const missed = [100, 50, 25, 12.5, 6.25, 3.125, 1.5625].map((x) => aProbe(x, 5_000))
    const answer = answerOf(aRecord(missed), asked(800))
    assert.is(answer.ending, 'nothing-met')
    assert.is(answer.exitCode, 1)
    assert.is(answerOf(aRecord(missed), asked(null)).exitCode, 3)
  })

  test('is INCONCLUSIVE where the generator was the limit, whatever is asked', () => {
    const isVoid: Partial<CapacityProbe> = { ended: 'void', readings: [null] }
    const answer = answerOf(
      aRecord([aProbe(100, 10), aProbe(200, 0, isVoid), aProbe(200, 0, isVoid)]),
      asked(800),
    )
    assert.is(answer.ending, 'generator')
    assert.is(answer.exitCode, 3)
    assert.is(answer.atLeast, 100)
    assert.is(answer.safe, null)
  })

  test('warns of a service that has changed, and decides nothing then under --strict', () => {
    const answer = answerOf(aRecord(DRIFTED, 200), asked(null))
    assert.equal(
      answer.cautions.map(({ code }) => code),
      ['DRIFTED'],
    )
    assert.is(answer.exitCode, 0)
    assert.is(answerOf(aRecord(DRIFTED, 200), asked(null, true)).exitCode, 3)
  })
})

describe('figures of the probes', (test) => {
  test('call saturation the lowest rate that was not achieved', () => {
    const probes = [aProbe(100, 0), aProbe(200, 0), aProbe(400, 0, { achievedPerSec: 350 })]
    assert.is(saturationOf(probes, 'rate').saturation, 400)
    assert.equal(saturationOf(probes.slice(0, 2), 'rate'), { saturation: null, largest: 200 })
  })

  test('leave saturation to rates, and void probes out', () => {
    assert.is(saturationOf([aProbe(400, 0, { achievedPerSec: 350 })], 'agents').saturation, null)
    assert.is(saturationOf([aProbe(400, 0, { achievedPerSec: 350, ended: 'void' })], 'rate').saturation, null)
  })

  test('call the knee the load with the most throughput for its response time', () => {
    assert.is(kneeOf([aProbe(100, 0), aProbe(200, 0, { meanMs: 12 }), aProbe(300, 0, { meanMs: 40 })]), 200)
  })

  test('tell the longest recovery with the load before it', () => {
    assert.equal(recoveryOf([aProbe(100, 0), aProbe(800, 0), aProbe(400, 0, { recoveredS: 11 })]), {
      seconds: 11,
      after: 800,
    })
    assert.is(recoveryOf([aProbe(100, 0)]), null)
  })

  test('name the component whose share grew most on the way to the capacity', () => {
    const at = (policy: number) => ({
      components: [
        { name: 'policy', ratio: policy },
        { name: 'files', ratio: 1 - policy },
      ],
    })
    assert.equal(culpritOf([aProbe(100, 0, at(0.3)), aProbe(200, 0, at(0.81))], 200), {
      name: 'policy',
      ratio: 0.81,
    })
    assert.is(culpritOf([aProbe(100, 0, at(0.3))], null), null)
  })

  test('say what is left, until when, and for how many instances', () => {
    const found = forecastOf(688, { demand: 450, growth: 0.05, reserve: 0.3, instances: 2 })
    assert.ok(Math.abs(found.headroom - 0.3459) < 1e-3)
    assert.ok(Math.abs((found.monthsLeft ?? 0) - Math.log((688 * 0.7) / 450) / Math.log(1.05)) < 1e-9)
    assert.is(found.instancesNeeded, 3)
  })

  test('have no months left where the reserve is gone already', () => {
    assert.is(forecastOf(500, { demand: 450, growth: 0.05, reserve: 0.3, instances: null }).monthsLeft, 0)
  })
})
