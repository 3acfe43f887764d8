import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { standingsOf } from '../../../harness/analysis/qualification/standing.ts'
import type { ActivityPlan, QualificationPlan } from '../../../harness/model/qualification-plan.ts'
import {
  anActivityPlan,
  anyQualificationPlan,
  aQualificationPlan,
  aResult,
  stateAfter,
} from '../../kit/qualification-plans.ts'
import { describe } from '../../kit/suite.ts'

function descendantsOf(name: string, { activities }: QualificationPlan): Set<string> {
  const found = new Set<string>()
  const queue = [name]
  for (const each of queue)
    for (const activity of activities)
      if (activity.needs.includes(each) && !found.has(activity.name)) {
        found.add(activity.name)
        queue.push(activity.name)
      }
  return found
}

const asCore = (plan: QualificationPlan): QualificationPlan => ({
  ...plan,
  activities: plan.activities.map((activity) => ({ ...activity, role: 'core' })),
})

describe('Standings', (test) => {
  test('skip exactly what needs a failed core activity, directly or through others', () => {
    fc.assert(
      fc.property(anyQualificationPlan(40).map(asCore), fc.nat(), (plan, drawn) => {
        const failed = plan.activities[drawn % plan.activities.length] as ActivityPlan
        const { activities } = standingsOf(stateAfter(plan, { [failed.name]: aResult(failed, 'failed') }))
        const skipped = [...activities].filter(
          ([, { phase, outcome }]) => phase === 'over' && outcome === 'skipped',
        )
        assert.equal(new Set(skipped.map(([name]) => name)), descendantsOf(failed.name, plan))
      }),
    )
  })

  test('do not depend on the order in which activities ended', () => {
    const outcome = fc.constantFrom('passed', 'failed', 'inconclusive', 'mocked')
    fc.assert(
      fc.property(
        anyQualificationPlan(20),
        fc.array(outcome, { minLength: 20, maxLength: 20 }),
        (plan, outcomes) => {
          const ended = plan.activities.map((activity, i) => [
            activity.name,
            aResult(activity, outcomes[i] ?? 'passed'),
          ])
          const [forwards, backwards] = [ended, ended.toReversed()].map((order) =>
            standingsOf(stateAfter(plan, Object.fromEntries(order))),
          )
          assert.equal(forwards, backwards)
        },
      ),
    )
  })

  test('never turn from GO to NO-GO by one more validation that passed', () => {
    const outcome = fc.constantFrom('passed', 'failed', 'inconclusive')
    fc.assert(
      fc.property(
        anyQualificationPlan(12),
        fc.array(outcome, { minLength: 12, maxLength: 12 }),
        (plan, outcomes) => {
          const results = Object.fromEntries(
            plan.activities.map((activity, i) => [activity.name, aResult(activity, outcomes[i] ?? 'passed')]),
          )
          const more = anActivityPlan({ name: 'more', role: 'validation' })
          const larger = { ...plan, activities: [...plan.activities, more] }
          const before = standingsOf(stateAfter(plan, results)).stages[0]?.outcome
          const after = standingsOf(stateAfter(larger, { ...results, more: aResult(more, 'passed') }))
          if (before === 'GO') assert.is(after.stages[0]?.outcome, 'GO')
        },
      ),
    )
  })

  test('keep the chain of reasons to the failure that is nearest', () => {
    const [hours, incident, visuals, approve] = [
      anActivityPlan({ name: 'hours' }),
      anActivityPlan({ name: 'incident', needs: ['hours'] }),
      anActivityPlan({ name: 'visuals', needs: ['incident'] }),
      anActivityPlan({ name: 'approve', needs: ['visuals', 'incident'] }),
    ]
    const plan = aQualificationPlan([hours, incident, visuals, approve])
    const { activities } = standingsOf(stateAfter(plan, { hours: aResult(hours, 'failed') }))
    assert.equal(activities.get('visuals')?.chain, [
      'visuals skipped',
      'incident skipped',
      'hours failed: it was failed',
    ])
    assert.is(activities.get('approve')?.chain.length, 3)
  })

  test('let what needs a validation run when that failed, and not what needs a handler', () => {
    const phaseAfter = (role: ActivityPlan['role'], outcome: 'failed' | 'inconclusive') => {
      const first = anActivityPlan({ name: 'first', role })
      const plan = aQualificationPlan([first, anActivityPlan({ name: 'next', needs: ['first'] })])
      return standingsOf(stateAfter(plan, { first: aResult(first, outcome) })).activities.get('next')?.phase
    }
    assert.is(phaseAfter('validation', 'failed'), 'ready')
    assert.is(phaseAfter('handler', 'failed'), 'over')
    assert.is(phaseAfter('handler', 'inconclusive'), 'ready')
    assert.is(phaseAfter('core', 'inconclusive'), 'over')
  })

  test('skip a stage whose needed stage is not GO, with the chain that decided that', () => {
    const smoke = anActivityPlan({ name: 'smoke' })
    const plan = aQualificationPlan([smoke, anActivityPlan({ name: 'load', stage: 'two' })], {
      stages: [
        { name: 'one', needs: [], passRatio: 1 },
        { name: 'two', needs: ['one'], passRatio: 1 },
      ],
    })
    const { activities } = standingsOf(stateAfter(plan, { smoke: aResult(smoke, 'failed') }))
    assert.equal(activities.get('load')?.chain, [
      'load skipped',
      'stage one NO-GO',
      'smoke failed: it was failed',
    ])
  })

  test('start nothing new after a core failure where the plan says so', () => {
    const [first, other] = [anActivityPlan({ name: 'first' }), anActivityPlan({ name: 'other' })]
    const phaseOf = (stopOnCore: boolean) =>
      standingsOf(
        stateAfter(aQualificationPlan([first, other], { stopOnCore }), { first: aResult(first, 'failed') }),
      ).activities.get('other')?.phase
    assert.is(phaseOf(false), 'ready')
    assert.is(phaseOf(true), 'over')
  })
})
