import * as assert from 'uvu/assert'
import { judge } from '../../../harness/analysis/judge.ts'
import { parseObjectives } from '../../../harness/analysis/objective-grammar.ts'
import type { RunRecord } from '../../../harness/model/run-record.ts'
import { aRecord } from '../../kit/builders.ts'
import { histogramOf } from '../../kit/latencies.ts'
import { describe } from '../../kit/suite.ts'

/** A run of 20 s whose step took 10 and 30 rows and a time to first token of 40 and 80 ms, and hit its cache 60 times. */
function aMeasuredRun(): RunRecord {
  const record = aRecord({ okMs: [5, 6] })
  const [first] = record.cells
  // Recorded values are microseconds of times, and counts as they are.
  const cell = (metric: string, recorded: readonly number[]) => {
    const histogram = histogramOf(recorded)
    const sumUs = recorded.reduce((sum, value) => sum + value, 0)
    const { count } = histogram
    return { ...first!, metric, outcome: '', sumUs, count, over: {}, hdr: histogram.encode() }
  }
  return {
    ...record,
    cells: [...record.cells, cell('rows', [10, 30]), cell('ttft', [40_000, 80_000]), cell('hits', [60])],
  }
}

const judged = (expect: string) => {
  const { objectives, problems } = parseObjectives([expect], 'objectives')
  assert.equal(problems, [])
  const run = aMeasuredRun()
  return judge({ ...run, plan: { ...run.plan, objectives } }, { strict: false }).objectives[0]
}

describe('What a target measures', (test) => {
  test('has percentiles in its own unit', () => {
    assert.is(judged('max(rows) <= 30')?.observed, 30)
    assert.is(judged('mean(rows) <= 30')?.observed, 20)
    assert.is(judged('mean(ttft) < 300ms')?.observed, 60)
    assert.is(judged('p99(rows) <= 29')?.observed, 30)
  })

  test('has shares, of values within a bound in its own unit', () => {
    assert.is(judged('share(rows <= 20) >= 50%')?.observed, 0.5)
    assert.is(judged('share(ttft <= 50ms) >= 50%')?.observed, 0.5)
  })

  test('has a rate, where amounts can be added up', () => {
    assert.is(judged('rate(rows) > 1/s')?.observed, 2)
    assert.is(judged('rate(hits) > 1/s')?.observed, 3)
    assert.is(judged('count(hits) > 1')?.observed, 60)
    assert.match(
      parseObjectives(['rate(ttft) > 1/s'], '').problems[0]?.message ?? '',
      /rate of a distribution/,
    )
  })
})

describe('The summary of a step', (test) => {
  test('holds what its target measured', () => {
    const { measures } = judge(aMeasuredRun(), { strict: false }).summary.steps['step'] ?? {}
    assert.equal(Object.keys(measures ?? {}), ['rows', 'hits', 'ttft'])
    assert.equal(
      [
        measures?.['rows']?.total,
        measures?.['rows']?.mean,
        measures?.['rows']?.max,
        measures?.['rows']?.count,
      ],
      [40, 20, 30, 2],
    )
    assert.equal([measures?.['hits']?.total, measures?.['hits']?.p99], [60, null])
  })
})
