import * as assert from 'uvu/assert'
import { breachedStretch } from '../../harness/analysis/breach-stretch.ts'
import { judge } from '../../harness/analysis/judge.ts'
import { Excursion } from '../../harness/analysis/monitor/excursion.ts'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import { aRecord } from '../kit/builders.ts'
import { aStepRecord, type StepAnswers } from '../kit/step-records.ts'
import { describe } from '../kit/suite.ts'

const seconds = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ startMs: i * 1000, endMs: (i + 1) * 1000 }))
const stretchOf = (...excess: readonly (number | null)[]) => breachedStretch(seconds(excess.length), excess)

describe('The stretch beyond a bound', (test) => {
  test('begins with its first interval beyond and ends with its last', () => {
    assert.equal(stretchOf(-1, -1, 5, 5, -1), { fromMs: 2000, toMs: 4000, longestMs: 2000, isToEnd: false })
    assert.is(stretchOf(-1, -1), null)
    assert.is(stretchOf(), null)
  })

  test('is not ended by a good second, nor begun by a bad one long before', () => {
    assert.equal(stretchOf(5, -1, 5, 5, -1), { fromMs: 0, toMs: 4000, longestMs: 2000, isToEnd: false })
    assert.equal(stretchOf(1, -2, -2, 5, 5), { fromMs: 3000, toMs: 5000, longestMs: 2000, isToEnd: true })
  })

  test('goes on over seconds without a request', () => {
    assert.equal(stretchOf(-1, 5, null, null, 5), {
      fromMs: 1000,
      toMs: 5000,
      longestMs: 4000,
      isToEnd: true,
    })
  })

  test('of a ratio that was bad from the first second begins at 0 s', () => {
    const answers = (i: number): StepAnswers => ({
      okMs: Array.from({ length: 20 }, () => 10),
      failed: i % 3 === 2 ? 0 : 2,
    })
    const { objectives } = parseObjectives(['error_ratio <= 1%', 'p99(response_time) < 5ms'], 'objectives')
    const record = aStepRecord({ intervals: 12, steps: { ask: answers }, objectives })
    const [errors, times] = judge(record, { strict: false }).objectives
    assert.equal(errors?.breached, { fromMs: 0, toMs: 11_000, longestMs: 2000, isToEnd: false })
    assert.equal(times?.breached, { fromMs: 0, toMs: 12_000, longestMs: 12_000, isToEnd: true })
  })
})

describe('The stretch of downtime', (test) => {
  test('lasts as long as nobody was answered, although no second alone shows it', () => {
    const { objectives } = parseObjectives(['downtime_ratio <= 1%'], 'objectives')
    const record = aRecord({
      okMs: [5],
      objectives,
      intervals: 11,
      workload: { model: 'closed' },
      interval: (index) => {
        if (index === 10) return { spans: { answered: null, lost: null }, steps: {} }
        const [fromMs, toMs] = [index * 1000, index * 1000 + 990]
        const span = { fromMs, toMs }
        return {
          spans:
            index < 4
              ? { answered: span, lost: null }
              : { answered: null, lost: { ...span, lastFromMs: toMs - 10 } },
        }
      },
    })
    const [downtime] = judge(record, { strict: false }).objectives
    assert.equal(downtime?.breached, { fromMs: 4000, toMs: 10_000, longestMs: 6000, isToEnd: true })
  })
})

describe('The begin of an excursion', (test) => {
  test('is known while it goes on, and forgotten when it is made up for', () => {
    const excursion = new Excursion()
    const at = [-1, 3, -1, null, 2, -9, 1].map((excess, i) => {
      excursion.add(i * 1000, excess)
      return excursion.fromMs
    })
    assert.equal(at, [null, 1000, 1000, 1000, 1000, null, 6000])
  })
})
