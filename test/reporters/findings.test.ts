import * as assert from 'uvu/assert'
import type { Verdict } from '../../harness/model/verdict.ts'
import { findingsOf } from '../../harness/reporters/findings.ts'
import { describe } from '../kit/suite.ts'
import { aBadRun, aGoodRun, anInvalidRun, aRegressedRun, aWrongPageRun } from '../kit/verdicts.ts'

const codesOf = (verdict: Verdict) => findingsOf(verdict).map(({ kind, code }) => `${kind} ${code}`)

describe('The findings of a run', (test) => {
  test('of a NO-GO are its reasons in the order of the risks, then what to know', () => {
    assert.equal(codesOf(aRegressedRun().verdict), [
      'error REGRESSED',
      'error OBJECTIVE_MISSED',
      'caution SUSPECT',
    ])
  })

  test('of a run that cannot be believed begin with why not', () => {
    const { verdict } = anInvalidRun()

    assert.is(codesOf({ ...verdict, reasons: [...verdict.reasons].reverse() })[0], 'error LOST_SHARD')
  })

  test('name a caution once where it is the reason', () => {
    const { verdict } = anInvalidRun()
    const strict = { ...verdict, reasons: verdict.cautions }

    assert.equal(
      codesOf(strict).filter((code) => code.startsWith('caution')),
      [],
    )
  })

  test('of a GO without cautions are none', () => {
    assert.equal(findingsOf(aGoodRun().verdict), [])
  })

  test('have fingerprints that stay from run to run, and differ from one another', () => {
    const [first, second] = [aBadRun(), aBadRun()].map(({ verdict }, run) => {
      const reasons = verdict.reasons.map((reason) => ({ ...reason, message: `${reason.message} ${run}` }))
      return findingsOf({ ...verdict, runId: `run-${run}`, reasons }).map(({ fingerprint }) => fingerprint)
    })

    assert.equal(first, second)
    assert.is(new Set(first).size, 2)
  })

  test('of a picture have their figures in the message, and no share of the run', () => {
    const [found] = findingsOf(aWrongPageRun().verdict)

    assert.equal([found?.visual, found?.since, found?.confidence], ['homepage', '', ''])
    assert.match(
      found?.message ?? '',
      /worst tile -0\.339 at 64,136 in frame 1, bound >= 0\.8; colour differs/,
    )
    assert.is(findingsOf(aBadRun().verdict)[0]?.visual, null)
  })

  test('about the run as a whole stand without a risk', () => {
    const { verdict } = aBadRun()
    const reasons = verdict.reasons.map((reason) => ({ ...reason, about: null }))

    assert.equal(
      findingsOf({ ...verdict, reasons }).map(({ risk, where, confidence }) => [risk, where, confidence]),
      [
        [null, '', ''],
        [null, '', ''],
      ],
    )
  })

  test('are the same, whatever name and text an objective with the same id has', () => {
    const { verdict } = aRegressedRun()
    const renamed = verdict.reasons.map((reason) =>
      reason.about === null ? reason : { ...reason, about: { ...reason.about, name: 'x', expect: 'y' } },
    )
    const found = (reasons: typeof renamed) =>
      findingsOf({ ...verdict, reasons }).map(({ risk, since, confidence, fingerprint }) => [
        risk,
        since,
        confidence,
        fingerprint,
      ])

    assert.equal(found(renamed), found(verdict.reasons))
  })
})
