import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { scheduleOf } from '../../../harness/analysis/plan-graph/critical-path.ts'
import { dependenciesOf, planSchedule } from '../../../harness/analysis/qualification/schedule.ts'
import { areApart } from '../../../harness/analysis/qualification/tokens.ts'
import type { QualificationPlan } from '../../../harness/model/qualification-plan.ts'
import {
  aLoadPlan,
  anActivityPlan,
  anyQualificationPlan,
  aQualificationPlan,
} from '../../kit/qualification-plans.ts'
import { describe } from '../../kit/suite.ts'

const ACTIVITIES_MAX = 60

function overlaps(plan: QualificationPlan) {
  const { spans } = planSchedule(plan)
  const at = (name: string) => spans.get(name) ?? { startMs: 0, endMs: 0 }
  return plan.activities.flatMap((a, i) =>
    plan.activities
      .slice(i + 1)
      .filter((b) => at(a.name).startMs < at(b.name).endMs && at(b.name).startMs < at(a.name).endMs)
      .map((b) => [a, b] as const),
  )
}

describe('The schedule of a qualification', (test) => {
  test('starts nothing before what it needs has ended, and everything once', () => {
    fc.assert(
      fc.property(anyQualificationPlan(ACTIVITIES_MAX), (plan) => {
        const { spans } = planSchedule(plan)
        assert.is(spans.size, plan.activities.length)
        for (const { before, after } of dependenciesOf(plan))
          assert.ok((spans.get(before)?.endMs ?? 0) <= (spans.get(after)?.startMs ?? -1))
      }),
    )
  })

  test('never gives out more of a resource than there is', () => {
    fc.assert(
      fc.property(anyQualificationPlan(ACTIVITIES_MAX), (plan) => {
        const { spans } = planSchedule(plan)
        for (const { startMs } of spans.values()) {
          const running = plan.activities.filter(({ name }) => {
            const span = spans.get(name)
            return span !== undefined && span.startMs <= startMs && startMs < span.endMs
          })
          for (const [resource, amount] of Object.entries(plan.resources)) {
            const held = running.reduce((sum, { takes }) => sum + (takes[resource] ?? 0), 0)
            assert.ok(held <= amount, `${held} of ${amount} ${resource}`)
          }
        }
      }),
    )
  })

  test('lets load overlap with load only where both want it', () => {
    fc.assert(
      fc.property(anyQualificationPlan(ACTIVITIES_MAX), (plan) => {
        for (const [a, b] of overlaps(plan)) {
          assert.not.ok(areApart(a, b, plan.resources))
          if (a.isLoad && b.isLoad) assert.ok(a.isShared && b.isShared)
        }
      }),
    )
  })

  test('is as long as its critical path, whose activities follow one another without a pause', () => {
    fc.assert(
      fc.property(anyQualificationPlan(ACTIVITIES_MAX), (plan) => {
        const { spans, path, slackMs } = planSchedule(plan)
        assert.is(Math.max(...[...spans.values()].map(({ endMs }) => endMs)), path.durationMs)
        let atMs = 0
        for (const name of path.path) {
          assert.is(spans.get(name)?.startMs, atMs)
          assert.is(slackMs.get(name), 0)
          atMs = spans.get(name)?.endMs ?? -1
        }
        assert.is(atMs, path.durationMs)
      }),
    )
  })

  test('takes no longer than the longest way through the graph where nothing is scarce', () => {
    fc.assert(
      fc.property(anyQualificationPlan(ACTIVITIES_MAX), (drawn) => {
        const activities = drawn.activities.map((activity) => ({ ...activity, takes: {}, isLoad: false }))
        const plan = { ...drawn, activities }
        const { durationMs } = scheduleOf({
          activities: activities.map(({ name, expectedMs }) => ({ name, durationMs: expectedMs })),
          dependencies: dependenciesOf(plan),
        })
        assert.is(planSchedule(plan).path.durationMs, durationMs)
        assert.is(durationMs, longestWay(plan))
      }),
    )
  })

  test('lets the activity with the least slack go first, then the one whose name comes first', () => {
    const plan = aQualificationPlan([
      aLoadPlan({ name: 'b' }),
      aLoadPlan({ name: 'a' }),
      aLoadPlan({ name: 'long' }),
      anActivityPlan({ name: 'after', needs: ['long'], expectedMs: 5_000 }),
    ])
    const { spans, path } = planSchedule(plan)
    const order = [...spans].toSorted(([, x], [, y]) => x.startMs - y.startMs).map(([name]) => name)
    assert.equal(order, ['long', 'after', 'a', 'b'])
    assert.equal(path, { durationMs: 6_000, path: ['long', 'after'], next: { name: 'b', slackMs: 3_000 } })
  })

  test('makes a stage wait for those that it needs', () => {
    const activities = [
      anActivityPlan({ name: 'later', stage: 'two' }),
      anActivityPlan({ name: 'x' }),
      anActivityPlan({ name: 'y', expectedMs: 3_000 }),
    ]
    const stages = [
      { name: 'one', needs: [], passRatio: 1 },
      { name: 'two', needs: ['one'], passRatio: 1 },
    ]
    assert.is(planSchedule(aQualificationPlan(activities, { stages })).spans.get('later')?.startMs, 3_000)
  })
})

/** By trying every way. */
function longestWay({ activities }: QualificationPlan): number {
  const longest = new Map<string, number>()
  const upTo = (name: string): number => {
    const known = longest.get(name)
    if (known !== undefined) return known
    const found = activities.find((activity) => activity.name === name)
    const length = (found?.expectedMs ?? 0) + Math.max(0, ...(found?.needs ?? []).map(upTo))
    longest.set(name, length)
    return length
  }
  return Math.max(...activities.map(({ name }) => upTo(name)))
}
