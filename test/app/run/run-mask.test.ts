import * as assert from 'uvu/assert'
import { judge } from '../../../harness/analysis/judge.ts'
import { parseObjectives } from '../../../harness/analysis/objective-grammar.ts'
import { OWN_WORDS } from '../../../harness/analysis/own-words.ts'
import { createRunMask } from '../../../harness/app/run/run-mask.ts'
import { runRecordSchema } from '../../../harness/model/run-record.ts'
import { verdictSchema } from '../../../harness/model/verdict.ts'
import { aRecord } from '../../kit/builders.ts'
import { describe } from '../../kit/suite.ts'

const record = aRecord({
  okMs: [10],
  objectives: parseObjectives(['error_ratio < 1%'], 'objectives').objectives,
})
const verdict = judge(record, { strict: false })

describe('createRunMask', (test) => {
  test('leaves record and verdict as they are when a secret is one of their own words', () => {
    for (const word of OWN_WORDS) {
      const mask = createRunMask({ SECRET: word }, record.plan)
      const masked = mask.data({ record, verdict })
      const parsed = runRecordSchema.safeParse(masked.record)
      assert.ok(parsed.success, `${word}: ${parsed.error?.issues[0]?.message}`)
      assert.ok(verdictSchema.safeParse(masked.verdict).success, word)
    }
  })

  test('leaves them as they are when a secret is short', () => {
    for (const secret of ['a', 'e', 'ok', 'GO', '1', 'hdr', 'step', '0', 'ms']) {
      const masked = createRunMask({ SECRET: secret }, record.plan).data({ record, verdict })
      assert.ok(runRecordSchema.safeParse(masked.record).success, secret)
      assert.is(masked.verdict.outcome, verdict.outcome)
      assert.equal(
        masked.verdict.reasons.map(({ message }) => message),
        verdict.reasons.map(({ message }) => message),
      )
    }
  })

  test('masks names alike wherever they stand, and keeps two that differ by a secret only two', () => {
    const journeys = ['buy tok-111111', 'buy tok-222222'].map((name) => ({ name, weight: 1, steps: null }))
    const plan = { ...record.plan, journeys }
    const mask = createRunMask({ A: 'tok-111111', B: 'tok-222222' }, plan)
    const [one, two] = mask.data(plan).journeys.map(({ name }) => name)

    assert.equal([one, two], ['buy ***', 'buy *** (2)'])
    assert.equal(mask.data({ steps: { 'buy tok-222222': 2 }, step: 'buy tok-222222' }), {
      steps: { 'buy *** (2)': 2 },
      step: 'buy *** (2)',
    })
    assert.is(mask.text('failed: tok-111111'), 'failed: ***')
  })
})
