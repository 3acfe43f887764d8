import * as assert from 'uvu/assert'
import { foldQualification } from '../../../harness/analysis/qualification/fold.ts'
import type { QualificationEntry } from '../../../harness/model/qualification-journal.ts'
import {
  aLoadPlan,
  aQualificationPlan,
  aResult,
  begunEntry,
  resumedEntry,
} from '../../kit/qualification-plans.ts'
import { describe } from '../../kit/suite.ts'

const AT = '2026-11-21T09:30:06.000Z'
const load = aLoadPlan({ name: 'hours' })
const plan = aQualificationPlan([load])
const again = (fingerprint: string) => resumedEntry(aQualificationPlan([{ ...load, fingerprint }]))

const rows = (sha256: string) => [{ name: 'rows', source: 'data.rows', sha256, value: 'rows.csv' }]
const started = (attempt: number, sha256 = 'a'): QualificationEntry => ({
  ...{ kind: 'started', at: AT, activity: 'hours', attempt, inputs: rows(sha256) },
})
const run = (runId: string): QualificationEntry => ({ kind: 'run', at: AT, activity: 'hours', runId })
const cancelled: QualificationEntry = {
  ...{ kind: 'ended', at: AT, activity: 'hours', attempt: 1, result: aResult(load, 'cancelled') },
}

const cutOffAfter = (...entries: readonly QualificationEntry[]) =>
  foldQualification([begunEntry(plan), ...entries]).activities.get('hours')?.cutOff

describe('What was under way when the process of a qualification ended', (test) => {
  test('is known to the attempt after it, also after another kill', () => {
    assert.is(cutOffAfter(started(1), run('run-1'), again('hours'), started(2)), 'run-1')
    assert.is(cutOffAfter(started(1), run('run-1'), cancelled, again('hours')), 'run-1')
    assert.is(cutOffAfter(started(1), run('run-1'), again('hours'), again('hours'), started(2)), 'run-1')
    assert.is(cutOffAfter(started(1), run('run-1'), again('hours'), started(2), again('hours')), 'run-1')
    const second = [started(1), run('run-1'), again('hours'), started(2), run('run-2'), again('hours')]
    assert.is(cutOffAfter(...second), 'run-2')
  })

  test('is nothing to other work, to other inputs, or to what runs again because it was asked to', () => {
    assert.is(cutOffAfter(started(1), run('run-1'), again('other'), started(2)), null)
    assert.is(cutOffAfter(started(1), run('run-1'), again('hours'), started(2, 'b')), null)
    const reopened = { kind: 'reopened', at: AT, activity: 'hours', why: 'it was asked for' } as const
    assert.is(cutOffAfter(started(1), run('run-1'), again('hours'), reopened, started(2)), null)
    const ended = { ...cancelled, result: aResult(load, 'failed') } as QualificationEntry
    assert.is(cutOffAfter(started(1), run('run-1'), ended, again('hours'), started(2)), null)
  })
})
