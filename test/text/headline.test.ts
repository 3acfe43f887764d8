import * as assert from 'uvu/assert'
import type { RollbackRecord } from '../../harness/model/rollback.ts'
import type { Verdict } from '../../harness/model/verdict.ts'
import { causesOf } from '../../harness/text/causes.ts'
import { headlineText, systemText, verdictTone, verdictWord } from '../../harness/text/headline.ts'
import { aComparison, aJudgedRun, REGRESSED } from '../kit/judged-runs.ts'
import { describe } from '../kit/suite.ts'
import {
  aBadRun,
  aGoodRun,
  anInvalidRun,
  aRegressedRun,
  aStoppedRun,
  aSuspectRun,
  aWrongPageRun,
} from '../kit/verdicts.ts'

const ROLLBACK: RollbackRecord = {
  rollbackId: 'rollback-run',
  outcome: 'succeeded',
  message: 'default undone, the system is healthy',
  reasons: [],
  procedures: [],
  steps: [
    {
      name: 'verify',
      outcome: 'succeeded',
      startedAt: '2026-11-29T17:53:20.000Z',
      durationMs: 7_000,
      attempts: 1,
      message: 'the validation load says GO',
    },
  ],
  startedAt: '2026-11-29T17:53:00.000Z',
  durationMs: 27_000,
  plan: null,
}

const rolledBack = (changes: Partial<RollbackRecord> = {}): Verdict => ({
  ...aStoppedRun().verdict,
  rollback: { ...ROLLBACK, ...changes },
})

describe('The headline of a run', (test) => {
  test('says what, how much, its limit, since when, who took the time, and what the rollback did', () => {
    assert.is(
      headlineText(rolledBack()),
      'NO-GO: p99 of ask was 1.21s, limit 100ms, from 0:08 to the end (6 of 14 s); load was ended after 14s; policy took 81 % of the time. Rolled back, healthy at 17:53:27 UTC.',
    )
  })

  test('names the causes of failed requests, and counts the other reasons', () => {
    assert.is(
      headlineText(aBadRun().verdict),
      'NO-GO: error ratio was 3.33 %, limit 1 %, all the time (40 s); step pay, most often HTTP 503 x 200 (and 1 more reason).',
    )
  })

  test('names the objective by its name, and says until when it was breached', () => {
    const { verdict } = aRegressedRun()
    const regressed = verdict.reasons.filter(({ code }) => code !== 'REGRESSED')
    assert.match(
      headlineText({ ...verdict, reasons: regressed }),
      'NO-GO: Answer p99 was 400ms, limit 100ms, from 0:12 to the end (28 of 40 s); llm took 83 % of the time',
    )
  })

  test('of a wrong picture, a regression and an unreliable run has their own words', () => {
    assert.match(headlineText(aWrongPageRun().verdict), /^NO-GO: missed visual\(homepage\): worst tile/)
    assert.match(headlineText(aRegressedRun().verdict), /^NO-GO: p99 regressed against main: \+1230\.0 %/)
    assert.match(headlineText(anInvalidRun().verdict), /^INCONCLUSIVE: 1 of 1 shards did not finish/)
  })

  test('of a good run counts the objectives that are met', () => {
    const { verdict } = aGoodRun()
    assert.is(headlineText(verdict), 'GO: 3 of 3 objectives met.')
    const comparison = { ...aComparison(), reason: 'no sign of a regression' }
    assert.is(headlineText({ ...verdict, objectives: [], comparison }), 'GO: no sign of a regression.')
  })
})

describe('A possible regression', (test) => {
  const { verdict } = aSuspectRun()

  test('is never good, and is named first', () => {
    assert.is(verdict.outcome, 'GO')
    assert.equal([verdictTone(verdict), verdictWord(verdict)], ['doubt', 'GO, 1 warning'])
    assert.match(
      headlineText(verdict),
      /^GO: p50 may have regressed against main: \+40\.6 %, not confirmed, /,
    )
  })

  test('is told apart from a good run and from a bad one', () => {
    assert.equal(
      [aGoodRun(), aBadRun(), anInvalidRun()].map((run) => [
        verdictTone(run.verdict),
        verdictWord(run.verdict),
      ]),
      [
        ['good', 'GO'],
        ['bad', 'NO-GO'],
        ['doubt', 'INCONCLUSIVE'],
      ],
    )
  })
})

describe('The state of the system', (test) => {
  test('is what the rollback says, whatever it came to', () => {
    assert.is(systemText(rolledBack()), 'rolled back, healthy at 17:53:27 UTC')
    assert.is(
      systemText(rolledBack({ outcome: 'failed', message: 'the undo failed: no such tag.' })),
      'rollback failed: the undo failed: no such tag',
    )
    assert.is(
      systemText(rolledBack({ outcome: 'not-armed', message: 'nothing was undone: it is not armed' })),
      'nothing was undone: it is not armed',
    )
  })

  test('is known without a rollback only of a good run', () => {
    assert.equal(
      [aGoodRun(), aBadRun(), anInvalidRun(), aSuspectRun()].map((run) => systemText(run.verdict)),
      [
        'system healthy',
        'nothing was rolled back: no rollback was asked for',
        'whether the system is healthy is not known',
        'system healthy, but perhaps slower than before',
      ],
    )
  })
})

describe('The causes of a verdict', (test) => {
  test('are one for each demand, however often it was seen', () => {
    const { verdict } = aStoppedRun()

    assert.equal(verdict.reasons.map(({ code }) => code).sort(), ['ABORTED_BY_OBJECTIVE', 'OBJECTIVE_MISSED'])
    assert.equal(
      causesOf(verdict).map(({ reason, also }) => [reason.code, also.map(({ code }) => code)]),
      [['OBJECTIVE_MISSED', ['ABORTED_BY_OBJECTIVE']]],
    )
  })

  test('are one for a missed objective and the regression behind it, of the same step and the same kind of metric', () => {
    const { verdict } = aJudgedRun({
      expects: [
        'p95(response_time{step=step}) < 1ms',
        'max(service_time) < 1ms',
        { expect: 'throughput > 9999/s', role: 'validation' },
      ],
      comparison: aComparison(
        { ...REGRESSED, step: 'step' },
        { ...REGRESSED, step: 'step', metric: 'p99' },
        { ...REGRESSED, step: 'other' },
        { ...REGRESSED, metric: 'error_ratio' },
        { ...REGRESSED, metric: 'throughput' },
      ),
    })

    assert.equal(
      causesOf(verdict)
        .map(({ reason, also }) => [reason, ...also].map(({ code, about }) => `${code} ${about?.claim}`))
        .sort(),
      [
        ['OBJECTIVE_MISSED max(service_time)'],
        [
          'OBJECTIVE_MISSED p95(response_time{step=step})',
          'REGRESSED p50{step=step}',
          'REGRESSED p99{step=step}',
        ],
        ['REGRESSED error_ratio'],
        ['REGRESSED p50{step=other}'],
        ['REGRESSED throughput', 'OBJECTIVE_MISSED throughput'],
      ],
    )
  })

  test('of the run as a whole stand each on its own', () => {
    const { verdict } = anInvalidRun()
    const [first] = verdict.validity.reasons
    if (first === undefined) throw new Error('the run is not valid')
    const reasons = [first, { ...first, code: 'OTHER', message: 'other' }]

    assert.equal(
      causesOf({ ...verdict, reasons, cautions: [] }).map(({ reason }) => reason.code),
      [first.code, 'OTHER'],
    )
  })
})
