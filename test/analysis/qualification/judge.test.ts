import * as assert from 'uvu/assert'
import { reachesRatio } from '../../../harness/analysis/qualification/judge.ts'
import { qualificationRecord } from '../../../harness/analysis/qualification/record.ts'
import type { ActivityOutcome } from '../../../harness/model/qualification.ts'
import type { ActivityResult } from '../../../harness/model/qualification-journal.ts'
import type { ActivityPlan } from '../../../harness/model/qualification-plan.ts'
import { anActivityPlan, aQualificationPlan, aResult, stateAfter } from '../../kit/qualification-plans.ts'
import { aQualificationRisk } from '../../kit/qualifications.ts'
import { describe } from '../../kit/suite.ts'

const [P, F, I, S, M] = ['passed', 'failed', 'inconclusive', 'skipped', 'mocked'] as const
type Outcomes = readonly ActivityOutcome[]

/** Three stages of four objectives each; every stage is one core run and one validation, with these outcomes of their objectives. */
interface Row {
  readonly core: readonly [Outcomes, Outcomes, Outcomes]
  readonly validation: readonly [Outcomes, Outcomes, Outcomes]
  readonly says: string
}

const ok = [P, P, P] as const
const row = (core: Row['core'], validation: Row['validation'], says: string): Row => ({
  core,
  validation,
  says,
})

/** The outcome of an activity by those of its objectives: one that missed none is passed. */
function activityOutcome(outcomes: Outcomes): ActivityOutcome {
  return [F, M, I, S].find((outcome) => outcomes.includes(outcome)) ?? P
}

const STAGES = ['integration', 'load', 'sla'] as const

function verdictOf({ core, validation }: Row): string {
  const pairs = STAGES.flatMap((stage, i) =>
    (['core', 'validation'] as const).map((role) => {
      const outcomes = (role === 'core' ? core : validation)[i] ?? []
      const activity = anActivityPlan({
        ...{ name: `${stage}-${role}`, stage, role },
        items: outcomes.map((_, item) => ({ id: `${item}`, label: `objective ${item}` })),
      })
      return { activity, result: aResult(activity, activityOutcome(outcomes), outcomes) }
    }),
  )
  const plan = aQualificationPlan(pairs.map(({ activity }) => activity))
  const ran = pairs.filter(({ result }) => result.outcome !== S)
  const results = Object.fromEntries(ran.map(({ activity, result }) => [activity.name, result]))
  const record = qualificationRecord(stateAfter(plan, results), {
    finishedMs: 0,
    isInterrupted: false,
    previous: null,
  })
  const stages = record.stages.map(({ rule, passed, total }) => `${rule} ${passed}/${total}`)
  return `${record.verdict.outcome} ${record.verdict.exitCode}: ${stages.join(', ')}`
}

/** 12, 9 and 8 of twelve, with failures of core and of others, and with what is open. */
const TABLE: readonly Row[] = [
  row([ok, ok, ok], [[P], [P], [P]], 'GO 0: RATIO_MET 4/4, RATIO_MET 4/4, RATIO_MET 4/4'),
  row([ok, ok, ok], [[F], [F], [F]], 'GO 0: RATIO_MET 3/4, RATIO_MET 3/4, RATIO_MET 3/4'),
  row([ok, ok, ok], [[F], [P], [P]], 'GO 0: RATIO_MET 3/4, RATIO_MET 4/4, RATIO_MET 4/4'),
  row([[P, P], ok, ok], [[F, F], [F], [F]], 'NO_GO 1: RATIO_MISSED 2/4, RATIO_MET 3/4, RATIO_MET 3/4'),
  row([[P, P], ok, ok], [[F, P], [P], [P]], 'GO 0: RATIO_MET 3/4, RATIO_MET 4/4, RATIO_MET 4/4'),
  row([[P, P, F], ok, ok], [[P], [P], [P]], 'NO_GO 1: CORE_FAILED 3/4, RATIO_MET 4/4, RATIO_MET 4/4'),
  row([ok, [P, P, F], ok], [[F], [P], [F]], 'NO_GO 1: RATIO_MET 3/4, CORE_FAILED 3/4, RATIO_MET 3/4'),
  row([[P, F, F], ok, ok], [[P], [P], [P]], 'NO_GO 1: CORE_FAILED 2/4, RATIO_MET 4/4, RATIO_MET 4/4'),
  row([ok, ok, [I, I, I]], [[P], [P], [P]], 'INCONCLUSIVE 3: RATIO_MET 4/4, RATIO_MET 4/4, CORE_OPEN 1/4'),
  row([ok, ok, ok], [[I], [P], [P]], 'GO 0: RATIO_MET 3/4, RATIO_MET 4/4, RATIO_MET 4/4'),
  row([ok, ok, [P, P]], [[P], [P], [I, I]], 'INCONCLUSIVE 3: RATIO_MET 4/4, RATIO_MET 4/4, RATIO_OPEN 2/4'),
  row([ok, ok, [P, P]], [[P], [P], [F, I]], 'INCONCLUSIVE 3: RATIO_MET 4/4, RATIO_MET 4/4, RATIO_OPEN 2/4'),
  row([ok, ok, [P, P]], [[P], [P], [F, F]], 'NO_GO 1: RATIO_MET 4/4, RATIO_MET 4/4, RATIO_MISSED 2/4'),
  row([ok, ok, [S, S, S]], [[P], [P], [P]], 'INCONCLUSIVE 3: RATIO_MET 4/4, RATIO_MET 4/4, CORE_OPEN 1/4'),
  row([ok, ok, ok], [[P], [P], [M]], 'INCONCLUSIVE 3: RATIO_MET 4/4, RATIO_MET 4/4, RATIO_MET 3/4'),
  row([[P, F, P], ok, [I, I, I]], [[P], [P], [P]], 'NO_GO 1: CORE_FAILED 3/4, RATIO_MET 4/4, CORE_OPEN 1/4'),
]

describe('The verdict over stages', (test) => {
  test('is that of the first rule that holds, for 16 plans of three stages with four objectives each', () => {
    assert.equal(
      TABLE.map(verdictOf),
      TABLE.map(({ says }) => says),
    )
  })

  test('takes a ratio that is reached exactly as reached, in whole numbers', () => {
    assert.ok(reachesRatio(3, 4, 0.75))
    assert.not.ok(reachesRatio(2, 4, 0.75))
    assert.ok(reachesRatio(7, 100, 0.07))
    assert.ok(reachesRatio(29, 100, 0.29))
    assert.not.ok(reachesRatio(28, 100, 0.29))
    assert.ok(reachesRatio(2, 3, 0.6666))
  })

  test('is NOT_RUN where nothing of a stage ran, even if nothing of it has to pass', () => {
    const activity = anActivityPlan({ name: 'a', role: 'validation' })
    const stages = [{ name: 'one', needs: [], passRatio: 0 }]
    const { stages: judged } = recordOf([activity], {}, stages)
    assert.is(judged[0]?.rule, 'NOT_RUN')
  })

  test('says that GO is not possible, and why, where an activity ran on a mock', () => {
    const activities = [anActivityPlan({ name: 'a' }), anActivityPlan({ name: 'data', role: 'handler' })]
    const [a, data] = activities as [ActivityPlan, ActivityPlan]
    const { verdict } = recordOf(activities, { a: aResult(a, P), data: aResult(data, M) })
    assert.is(verdict.message, 'INCONCLUSIVE: GO is not possible: 1 of 2 activities ran on a mock: data')
  })

  test('ends with 5 where a rollback inside an activity failed', () => {
    const activity = anActivityPlan({ name: 'a' })
    const failed = {
      ...aResult(activity, F),
      reasons: [{ code: 'ROLLBACK_FAILED', message: 'it did not help' }],
    }
    assert.is(recordOf([activity], { a: failed }).verdict.exitCode, 5)
  })

  test('gathers the violations of all runs in the order in which to look at them', () => {
    const activities = [anActivityPlan({ name: 'a' }), anActivityPlan({ name: 'b' })] as const
    const found = (activity: ActivityPlan, ...exposures: readonly number[]) => ({
      ...aResult(activity, F),
      risks: exposures.map((exposure) => aQualificationRisk({ exposure, activity: activity.name })),
    })
    const { risks } = recordOf(activities, { a: found(activities[0], 4, 1), b: found(activities[1], 9) })

    assert.equal(
      risks.map(({ activity, exposure }) => [activity, exposure]),
      [
        ['b', 9],
        ['a', 4],
        ['a', 1],
      ],
    )
  })
})

function recordOf(
  activities: readonly ActivityPlan[],
  results: Readonly<Record<string, ActivityResult>>,
  stages = aQualificationPlan(activities).stages,
) {
  const plan = aQualificationPlan(activities, { stages })
  return qualificationRecord(stateAfter(plan, results), {
    finishedMs: 0,
    isInterrupted: false,
    previous: null,
  })
}
