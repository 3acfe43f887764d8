import * as assert from 'uvu/assert'
import { downtimeRatio, downtimesOf } from '../../harness/analysis/downtime.ts'
import { RecordView } from '../../harness/analysis/record-view.ts'
import type { RecordInterval } from '../../harness/model/record-interval.ts'
import { aRecord } from '../kit/builders.ts'
import { describe } from '../kit/suite.ts'

type Spans = RecordInterval['spans']

const answered = (fromMs: number, toMs: number): Spans => ({ answered: { fromMs, toMs }, lost: null })
const lost = (fromMs: number, lastFromMs: number, toMs: number): Spans => ({
  answered: null,
  lost: { fromMs, lastFromMs, toMs },
})

/** A run of ten seconds; each second is answered but where `spans` says otherwise. */
function viewOf(spans: Readonly<Record<number, Spans>>, model: 'open' | 'closed' = 'closed', intervals = 10) {
  return new RecordView(
    aRecord({
      okMs: [5],
      intervals,
      workload: { model },
      interval: (index) => ({ spans: spans[index] ?? answered(index * 1000, index * 1000 + 999) }),
    }),
  )
}

describe('Downtime', (test) => {
  test('is none of a target that answers, nor of one that nobody asks', () => {
    assert.equal(downtimesOf(viewOf({})), [])
    const nobody: Spans = { answered: null, lost: null }
    assert.equal(downtimesOf(viewOf({ 3: nobody, 4: nobody, 5: nobody })), [])
  })

  test('lasts from the last answer to the last loss', () => {
    const view = viewOf({
      4: lost(4_100, 4_900, 4_950),
      5: lost(5_000, 5_800, 5_900),
      6: lost(6_000, 6_500, 6_700),
    })

    assert.equal(downtimesOf(view), [{ fromMs: 4_100, toMs: 6_700 }])
    assert.is(downtimeRatio(view), 0.26)
  })

  test('is not what a slow answer covers, however long', () => {
    const nobody: Spans = { answered: null, lost: null }
    const view = viewOf({ 4: nobody, 5: nobody, 6: nobody, 7: answered(3_990, 7_400) })

    assert.equal(downtimesOf(view), [])
  })

  test('is not the loss of some among others that were answered', () => {
    const both = (index: number): Spans => ({
      ...answered(index * 1000, index * 1000 + 999),
      lost: { fromMs: index * 1000 - 9_000, lastFromMs: index * 1000, toMs: index * 1000 + 900 },
    })
    assert.equal(downtimesOf(viewOf({ 7: both(7), 8: both(8), 9: both(9) })), [])
  })

  test('is nothing below a second', () => {
    assert.equal(downtimesOf(viewOf({ 4: lost(4_100, 4_500, 4_800) })), [])
  })

  test('of agents that wait lasts into the drain; of arrivals it ends with them', () => {
    // Frozen half a second before the end; given up ten seconds later.
    const spans = { 9: answered(9_000, 9_500), 10: lost(9_400, 9_500, 20_000) }

    assert.equal(downtimesOf(viewOf(spans, 'closed', 11)), [{ fromMs: 9_500, toMs: 20_000 }])
    assert.is(downtimeRatio(viewOf({ ...spans, 10: lost(9_400, 9_500, 200_000) }, 'closed', 11)), 1)
    // The load of an open model with a shorter plan ends at 11 s.
    assert.equal(downtimesOf(viewOf(spans, 'open', 11)), [{ fromMs: 9_500, toMs: 11_000 }])
  })

  test('does not take the last of many requests for all of them: it began before the others were answered', () => {
    const spans = { 9: answered(9_000, 9_990), 10: lost(5_000, 9_980, 20_000) }

    assert.equal(downtimesOf(viewOf(spans, 'closed', 11)), [])
  })
})
