import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { foldQualification } from '../../../harness/analysis/qualification/fold.ts'
import { qualificationRecord } from '../../../harness/analysis/qualification/record.ts'
import { driveQualification, type Executor } from '../../../harness/app/qualification/drive.ts'
import type { ActivityOutcome } from '../../../harness/model/qualification.ts'
import type { QualificationEntry } from '../../../harness/model/qualification-journal.ts'
import type { QualificationPlan } from '../../../harness/model/qualification-plan.ts'
import {
  anActivityPlan,
  anyQualificationPlan,
  aQualificationPlan,
  aResult,
  begunEntry,
  resumedEntry,
} from '../../kit/qualification-plans.ts'
import { describe } from '../../kit/suite.ts'

const AT = '2026-11-21T09:30:07.000Z'
type Outcomes = (name: string) => ActivityOutcome

/** Does the work of every activity in some turns of the loop. */
function executorOf(outcomes: Outcomes, executed: string[] = [], undone: string[] = []): Executor {
  return {
    inputsOf: () => Promise.resolve([]),
    async execute(activity) {
      executed.push(activity.name)
      for (let turn = 0; turn < activity.expectedMs % 5; turn++) await Promise.resolve()
      return aResult(activity, outcomes(activity.name))
    },
    undo(activity) {
      undone.push(activity.name)
      const undo = { command: 'undo', outcome: 'undone' as const, message: '', startedAt: AT, endedAt: AT }
      return Promise.resolve(undo)
    },
  }
}

/** Drives a qualification on; a journal that takes so many more lines and no others is that of a process that is killed then. */
async function drive(journal: QualificationEntry[], executor: Executor, linesMax = Number.POSITIVE_INFINITY) {
  let left = linesMax
  return await driveQualification(journal, {
    executor,
    append(entry) {
      if (left-- <= 0) throw new Error('killed')
      journal.push(entry)
    },
    wallMs: () => Date.parse(AT),
    stop: { level: 'none' },
    observer: { onEntry: () => undefined },
  })
}

function verdictOf(journal: readonly QualificationEntry[]) {
  const { verdict, stages, activities } = qualificationRecord(foldQualification(journal), {
    finishedMs: 0,
    isInterrupted: false,
    previous: null,
  })
  // What ran at the same time is another matter after a kill.
  const cautions = verdict.cautions.filter(({ code }) => code !== 'OVERLAPPED')
  return {
    verdict: { ...verdict, cautions },
    stages,
    outcomes: activities.map(({ name, outcome, chain }) => [name, outcome, chain]),
  }
}

const idempotent = (plan: QualificationPlan): QualificationPlan => ({
  ...plan,
  activities: plan.activities.map((activity) => ({ ...activity, isIdempotent: true })),
})

describe('driveQualification', (test) => {
  test('ends in the same verdict after a kill at every line of its journal, and counts nothing twice', async () => {
    const outcome = fc.constantFrom<ActivityOutcome>('passed', 'passed', 'passed', 'failed', 'inconclusive')
    await fc.assert(
      fc.asyncProperty(
        anyQualificationPlan(6).map(idempotent),
        fc.array(outcome, { minLength: 6, maxLength: 6 }),
        async (plan, drawn) => {
          const outcomes: Outcomes = (name) => drawn[Number(name.slice(1))] ?? 'passed'
          const whole = [begunEntry(plan)]
          await drive(whole, executorOf(outcomes))
          for (let lines = 0; lines < whole.length - 1; lines++) {
            const journal = [begunEntry(plan)]
            await drive(journal, executorOf(outcomes), lines).catch(() => undefined)
            assert.is(journal.length, lines + 1)
            journal.push(resumedEntry(plan))
            await drive(journal, executorOf(outcomes))
            assert.equal(verdictOf(journal), verdictOf(whole))
            const ends = journal.flatMap((entry) => (entry.kind === 'ended' ? [entry.activity] : []))
            assert.is(new Set(ends).size, ends.length)
          }
        },
      ),
      { numRuns: 15 },
    )
  })

  test('does not start a command again that was cut off, until somebody says so', async () => {
    const plan = aQualificationPlan([anActivityPlan({ name: 'data' })])
    const journal: QualificationEntry[] = [
      begunEntry(plan),
      { kind: 'started', at: AT, activity: 'data', attempt: 1, inputs: [] },
      resumedEntry(plan),
    ]
    const executed: string[] = []
    await drive(
      journal,
      executorOf(() => 'passed', executed),
    )
    assert.equal(executed, [])
    assert.equal(verdictOf(journal).outcomes, [['data', 'skipped', ['data was cut off']]])
    journal.push({ kind: 'decided', at: AT, activity: 'data', decision: 'retried', by: 'jo', comment: null })
    await drive(
      journal,
      executorOf(() => 'passed', executed),
    )
    assert.equal(executed, ['data'])
    assert.is(verdictOf(journal).verdict.outcome, 'GO')
  })

  test('makes again what was inconclusive, as often as it may, and never what failed', async () => {
    const plan = aQualificationPlan([
      anActivityPlan({ name: 'a', retries: 1 }),
      anActivityPlan({ name: 'b', retries: 1, role: 'validation' }),
    ])
    const executed: string[] = []
    await drive(
      [begunEntry(plan)],
      executorOf((name) => (name === 'a' ? 'inconclusive' : 'failed'), executed),
    )
    assert.equal(executed.toSorted(), ['a', 'a', 'b'])
  })

  test('undoes what was done when the plan is NO-GO, the last first, each once', async () => {
    const plan = aQualificationPlan([
      anActivityPlan({ name: 'a', undo: ['undo'] }),
      anActivityPlan({ name: 'b', undo: ['undo'], needs: ['a'] }),
      anActivityPlan({ name: 'c', needs: ['b'] }),
      anActivityPlan({ name: 'd', undo: ['undo'], needs: ['c'] }),
    ])
    const undone: string[] = []
    const journal = [begunEntry(plan)]
    await drive(
      journal,
      executorOf((name) => (name === 'c' ? 'failed' : 'passed'), [], undone),
    )
    assert.equal(undone, ['b', 'a'])
    await drive(
      journal,
      executorOf(() => 'passed', [], undone),
    )
    assert.equal(undone, ['b', 'a'])
  })

  test('undoes nothing when the plan is GO', async () => {
    const plan = aQualificationPlan([anActivityPlan({ name: 'a', undo: ['undo'] })])
    const undone: string[] = []
    await drive(
      [begunEntry(plan)],
      executorOf(() => 'passed', [], undone),
    )
    assert.equal(undone, [])
  })
})
