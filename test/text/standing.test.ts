import * as assert from 'uvu/assert'
import type { ObjectiveStatus } from '../../harness/model/live-view.ts'
import { byStanding, standingOf, standingText, standingTone, valueText } from '../../harness/text/standing.ts'
import { aFiringStatus, aPendingStatus, aStatus } from '../kit/live-views.ts'
import { describe } from '../kit/suite.ts'

const wordOf = (changes: Partial<ObjectiveStatus>, nowMs = 0) => standingText(aStatus(changes), nowMs)
const missing = { count: 300, noun: 'request', isRequired: false } as const

describe('The standing of an objective while load runs', (test) => {
  test('is never good before anything was measured', () => {
    assert.is(wordOf({}), 'no data')
    assert.is(wordOf({ state: 'not-watched' }), 'at the end')
    assert.is(standingTone('no data'), 'warn')
  })

  test('is being measured while requests are missing', () => {
    assert.is(wordOf({ observed: 20, missing }), 'measuring (300 more requests)')
    assert.is(
      wordOf({ observed: 20, missing: { ...missing, count: 1, noun: 'second' } }),
      'measuring (1 more second)',
    )
    assert.is(standingTone('measuring'), 'quiet')
  })

  test('is above its limit with few requests too, but not below the number that its author asks for', () => {
    assert.is(wordOf({ observed: 400, missing }), 'above limit')
    assert.is(
      wordOf({ observed: 400, missing: { ...missing, isRequired: true } }),
      'measuring (300 more requests)',
    )
  })

  test('is met so far within the bound, by each operator', () => {
    for (const [expect, observed, word] of [
      ['p99(response_time) < 250ms', 249, 'met so far'],
      ['p99(response_time) < 250ms', 250, 'above limit'],
      ['p99(response_time) <= 250ms', 250, 'met so far'],
      ['p99(response_time) <= 250ms', 251, 'above limit'],
      ['throughput > 50/s', 51, 'met so far'],
      ['throughput > 50/s', 50, 'below limit'],
      ['throughput >= 50/s', 50, 'met so far'],
      ['throughput >= 50/s', 49, 'below limit'],
    ] as const)
      assert.is(wordOf({ expect, observed }), word, `${expect} at ${observed}`)
  })

  test('counts down until it fails', () => {
    const pending = aPendingStatus()
    const { firesAtMs } = pending
    if (firesAtMs === null) throw new Error('it is pending')

    assert.is(standingText(pending, firesAtMs - 3_000), 'above limit (fails in 3s)')
    assert.is(standingText(pending, firesAtMs + 1), 'above limit (fails now)')
  })

  test('is suspended while it is not believed, unless it failed before', () => {
    assert.is(standingText({ ...aPendingStatus(), isSuspended: true }, 0), 'suspended')
    assert.is(wordOf({ observed: 20, isSuspended: true }), 'suspended')
    assert.is(standingOf({ ...aFiringStatus(), isSuspended: true }), 'failing')
  })

  test('is failing although no answer came at all', () => {
    assert.is(wordOf({ state: 'firing' }), 'failing')
  })

  test('is back within its limit for a while after it failed', () => {
    assert.is(wordOf({ state: 'recovering', observed: 20 }), 'back within limit')
    assert.is(wordOf({ state: 'recovering', observed: 300 }), 'above limit')
  })
})

describe('The standing of an objective of a judged run', (test) => {
  test('is what the run came to', () => {
    assert.equal(
      (['met', 'missed', 'unproven', 'no-data'] as const).map((outcome) => standingOf({ outcome })),
      ['met', 'missed', 'unproven', 'no data'],
    )
    assert.is(wordOf({ state: 'firing', outcome: 'met', observed: 20 }), 'met')
  })
})

describe('Objectives', (test) => {
  test('are in order of their standing, the worst first', () => {
    const met = aStatus({ observed: 20 })

    assert.equal(
      [met, aPendingStatus(), aStatus(), aFiringStatus()]
        .sort(byStanding)
        .map((status) => standingOf(status)),
      ['failing', 'above limit', 'no data', 'met so far'],
    )
  })

  test('have their value beside their bound', () => {
    assert.is(valueText(aStatus({ observed: 232 })), '232ms, limit < 250ms')
    assert.is(valueText(aStatus()), '-, limit < 250ms')
  })
})
