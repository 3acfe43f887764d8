import * as assert from 'uvu/assert'
import { judge } from '../../harness/analysis/judge.ts'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import type { ObjectiveResult } from '../../harness/model/objective-result.ts'
import { placesOf } from '../../harness/model/plan-load.ts'
import type { RunRecord } from '../../harness/model/run-record.ts'
import { aRecord } from '../kit/builders.ts'
import { aRunPlan, aWorkload } from '../kit/plan-builders.ts'
import { describe } from '../kit/suite.ts'

const hundred = (ms: number) => Array.from({ length: 100 }, () => ms)

/** Two regions, the second one far away and with failures. */
function inRegions(...expects: readonly string[]): RunRecord {
  const { objectives, problems } = parseObjectives(expects, 'objectives')
  assert.equal(problems, [])
  const near = aRecord({ okMs: hundred(10), objectives })
  const far = aRecord({ okMs: hundred(300), failedPerInterval: 25, objectives })
  const of = (region: string, { cells, steps }: RunRecord) => ({
    cells: cells.map((cell) => ({ ...cell, region })),
    steps: steps.map((step) => ({ ...step, region })),
  })
  const [emea, apac] = [of('emea', near), of('apac', far)]
  return { ...far, cells: [...emea.cells, ...apac.cells], steps: [...emea.steps, ...apac.steps] }
}

const judged = (...expects: readonly string[]): readonly ObjectiveResult[] =>
  judge(inRegions(...expects), { strict: false }).objectives

describe('Objectives by region', (test) => {
  test('judge the requests of its agents alone', () => {
    const results = judged(
      'p95(response_time{region=emea}) < 100ms',
      'p95(response_time{region=apac}) < 100ms',
      'error_ratio{region=emea} < 1%',
      'error_ratio{region=apac} < 1%',
      'p50(response_time) < 1s',
    )
    assert.equal(
      results.map(({ outcome, sampleCount }) => [outcome, sampleCount]),
      [
        ['met', 2_000],
        ['missed', 2_000],
        ['met', 2_000],
        ['missed', 2_500],
        ['met', 4_000],
      ],
    )
  })

  test('claim no time since when: seconds are not recorded by region', () => {
    const [apac] = judged('p95(response_time{region=apac}) < 100ms')
    assert.is(apac?.breached, null)
  })

  test('are without data in a run that did not tell its regions apart', () => {
    const { objectives } = parseObjectives(['p95(response_time{region=emea}) < 1s'], 'objectives')
    const [result] = judge(aRecord({ okMs: hundred(10), objectives }), { strict: false }).objectives
    assert.is(result?.outcome, 'no-data')
  })

  test('make a run tell its regions apart, others do not', () => {
    const region = (name: string) => ({ name, weight: 1, timeZone: 'UTC', networkDelayMs: 0 })
    const plan = aRunPlan({ workloads: [aWorkload({ regions: [region('emea'), region('apac')] })] })
    const { objectives } = parseObjectives(['p95(response_time{region=emea}) < 1s'], 'objectives')
    const apart = [{ region: 'emea' }, { region: 'apac' }]
    assert.equal(placesOf(plan), [{}, {}])
    assert.equal(placesOf({ ...plan, objectives }), apart)
    assert.equal(placesOf({ ...plan, limits: objectives }), apart)
  })
})

describe('Objectives by status', (test) => {
  test('count answers with it, alone or of its class', () => {
    const results = judged(
      'error_ratio{status=503} < 1%',
      'failed_ratio{status=500} < 1%',
      'count(requests{status=503}) <= 500',
      'rate(requests{status=5xx}) <= 25/s',
      'rate(throughput{status=2xx, region=emea}) >= 100/s',
    )
    assert.equal(
      results.map(({ outcome, observed }) => [outcome, observed]),
      [
        ['missed', 500 / 4_500],
        ['met', 0],
        ['met', 500],
        ['met', 25],
        ['met', 100],
      ],
    )
  })
})

describe('Labels that a metric cannot take', (test) => {
  const refused: readonly (readonly [string, RegExp])[] = [
    [
      'p95(response_time{status=200}) < 1s',
      /response_time has no label 'status'.*step, phase, region, workload, outcome; status is one of throughput, requests, error_ratio, failed_ratio/,
    ],
    ['availability{status=200} > 99%', /availability has no label 'status'/],
    ['demand_met{region=emea} > 99%', /demand_met has no label 'region'/],
    ['error_ratio{status=bad} < 1%', /'bad' is no status.*\{status=503\}/],
    ['slope(error_ratio{region=emea}) < 1%', /slope of error_ratio by region is not known/],
    ['slope(throughput{status=503}) < 1/s', /rate\(throughput\{status=\.\.\.\}\)/],
  ]
  for (const [expect, said] of refused)
    test(`are refused: ${expect}`, () => {
      const [problem] = parseObjectives([expect], 'objectives').problems
      assert.match(`${problem?.message} (${problem?.expected})`, said)
    })
})
