import * as assert from 'uvu/assert'
import { objectivesTitle, statusChanges, statusText } from '../../../harness/web/browser/objective-text.ts'
import { aFiringStatus, aLiveView, aPendingStatus, aStatus } from '../../kit/live-views.ts'
import { describe } from '../../kit/suite.ts'

const view = aLiveView()

describe('The objectives of the live page in words', (test) => {
  test('gives each objective a sign, its standing, and its value beside its bound', () => {
    assert.equal(statusText(aStatus({ observed: 20 }), 0), {
      sign: '✓',
      state: 'met so far',
      tone: 'good',
      title: 'p99(response_time)',
      detail: '20ms, limit < 250ms · major',
    })
    assert.equal(statusText({ ...aStatus(), name: 'Item page p99' }, 0), {
      sign: '▲',
      state: 'no data',
      tone: 'warn',
      title: 'Item page p99',
      detail: '-, limit < 250ms · p99(response_time) · major',
    })
    assert.equal(
      [statusText(aPendingStatus(), view.nowMs).state, statusText(aPendingStatus(), view.nowMs).detail],
      ['above limit (fails in 8s)', '3.4 %, limit < 1 % · since 1:10 · major'],
    )
    assert.is(
      statusText(aFiringStatus(), view.nowMs).detail,
      '812ms, limit < 250ms · since 1:00 · major · component llm · resource target CPU (97 %)',
    )
    assert.match(statusText(aStatus({ budgetLeftRatio: 0.64 }), 0).detail, '64 % of the error budget left')
    assert.is(statusText(aStatus({ state: 'not-watched' }), 0).state, 'at the end')
    assert.match(statusText(aStatus({ outcome: 'missed', sinceMs: 60_000 }), 0).detail, 'since 1:00')
  })

  test('counts objectives by their standing, the worst first', () => {
    const met = aStatus({ observed: 20 })

    assert.is(objectivesTitle([met, aFiringStatus(), met]), 'Objectives: 1 failing, 2 met so far')
    assert.is(objectivesTitle([]), 'Objectives')
  })

  test('says aloud whose standing changed, and nothing when none did', () => {
    const before = [aStatus(), aPendingStatus()]
    const now = [aFiringStatus(), aPendingStatus()]

    assert.is(statusChanges(before, now), 'p99(response_time): failing')
    assert.is(statusChanges(now, now), '')
    assert.is(
      statusChanges([aStatus({ observed: 20 })], [aStatus({ observed: 300 })]),
      '',
      'a value is no news',
    )
    assert.is(statusChanges([], now), '')
  })
})
