import fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  type ActivityGraph,
  type Dependency,
  topologicalOrder,
} from '../../../harness/analysis/plan-graph/activity-graph.ts'
import { type PlanSchedule, scheduleOf } from '../../../harness/analysis/plan-graph/critical-path.ts'
import { anyGraph } from '../../kit/any-graph.ts'
import { describe } from '../../kit/suite.ts'

const graph = (
  durations: Readonly<Record<string, number>>,
  ...dependencies: readonly (readonly [before: string, after: string, kind?: Dependency['kind']])[]
): ActivityGraph => ({
  activities: Object.entries(durations).map(([name, durationMs]) => ({ name, durationMs })),
  dependencies: dependencies.map(([before, after, kind = 'finish-to-start']) => ({ before, after, kind })),
})

const timesOf = ({ activities }: PlanSchedule) =>
  activities.map(({ name, earliestStartMs, earliestFinishMs, slackMs }) => [
    name,
    earliestStartMs,
    earliestFinishMs,
    slackMs,
  ])

describe('The schedule of a plan', (test) => {
  test('starts each activity when the last one it waits for has finished', () => {
    const plan = graph({ a: 3, b: 2, c: 4, d: 1 }, ['a', 'b'], ['a', 'c'], ['b', 'd'], ['c', 'd'])

    const schedule = scheduleOf(plan)

    assert.is(schedule.durationMs, 8)
    assert.equal(schedule.criticalPath, ['a', 'c', 'd'])
    assert.equal(timesOf(schedule), [
      ['a', 0, 3, 0],
      ['b', 3, 5, 2],
      ['c', 3, 7, 0],
      ['d', 7, 8, 0],
    ])
  })

  test('lets two activities start together that are bound by their starts', () => {
    const schedule = scheduleOf(
      graph({ a: 3, load: 10, watch: 4 }, ['a', 'load'], ['load', 'watch', 'start-to-start']),
    )

    assert.is(schedule.durationMs, 13)
    assert.equal(timesOf(schedule), [
      ['a', 0, 3, 0],
      ['load', 3, 13, 0],
      ['watch', 3, 7, 6],
    ])
  })

  test('starts an activity so late that it ends no earlier than the one its end waits for', () => {
    const schedule = scheduleOf(graph({ load: 10, watch: 4 }, ['load', 'watch', 'finish-to-finish']))

    assert.is(schedule.durationMs, 10)
    assert.equal(timesOf(schedule), [
      ['load', 0, 10, 0],
      ['watch', 6, 10, 0],
    ])
  })

  test('starts nothing before the plan, where an end waits for a short activity', () => {
    const schedule = scheduleOf(graph({ short: 1, long: 5 }, ['short', 'long', 'finish-to-finish']))

    assert.equal(timesOf(schedule), [
      ['short', 0, 1, 4],
      ['long', 0, 5, 0],
    ])
    assert.equal(schedule.criticalPath, ['long'])
  })

  test('takes the first in the file of two paths of the same length', () => {
    assert.equal(scheduleOf(graph({ a: 3, b: 3 })).criticalPath, ['a'])
  })

  test('takes as long as the longest path, found by following every path', () => {
    fc.assert(
      fc.property(anyGraph(8, 'no cycles'), (plan) => {
        const schedule = scheduleOf(plan)

        assert.is(schedule.durationMs, longestByBruteForce(plan))
      }),
    )
  })

  test('keeps every dependency at its earliest and at its latest', () => {
    fc.assert(
      fc.property(anyGraph(40, 'no cycles'), (plan) => {
        const { activities, durationMs } = scheduleOf(plan)
        const byName = new Map(activities.map((activity) => [activity.name, activity]))
        for (const { earliestStartMs, latestFinishMs } of activities)
          assert.ok(earliestStartMs >= 0 && latestFinishMs <= durationMs)
        for (const { before, after, kind } of plan.dependencies) {
          const [a, b] = [byName.get(before), byName.get(after)]
          assert.ok(a !== undefined && b !== undefined)
          const early = {
            'finish-to-start': [a.earliestFinishMs, b.earliestStartMs],
            'start-to-start': [a.earliestStartMs, b.earliestStartMs],
            'finish-to-finish': [a.earliestFinishMs, b.earliestFinishMs],
          }[kind]
          const late = {
            'finish-to-start': [a.latestFinishMs, b.latestStartMs],
            'start-to-start': [a.latestStartMs, b.latestStartMs],
            'finish-to-finish': [a.latestFinishMs, b.latestFinishMs],
          }[kind]
          for (const [first = 0, second = 0] of [early, late])
            assert.ok(first <= second, `${before} ${after}`)
        }
      }),
    )
  })

  test('has no slack along the critical path, and never less than none', () => {
    fc.assert(
      fc.property(anyGraph(40, 'no cycles'), (plan) => {
        const { activities, criticalPath, durationMs } = scheduleOf(plan)
        for (const { name, slackMs, latestFinishMs } of activities) {
          assert.ok(slackMs >= 0)
          if (criticalPath.includes(name)) assert.is(slackMs, 0)
          if (name === criticalPath.at(-1)) assert.is(latestFinishMs, durationMs)
        }
        for (const [i, name] of criticalPath.slice(1).entries())
          assert.ok(
            plan.dependencies.some(({ before, after }) => before === criticalPath[i] && after === name),
          )
      }),
    )
  })

  test('grows by exactly what a delay exceeds the slack', () => {
    fc.assert(
      fc.property(
        anyGraph(15, 'no cycles'),
        fc.nat(),
        fc.integer({ min: 1, max: 60 }),
        (plan, pick, delayMs) => {
          const { activities, durationMs } = scheduleOf(plan)
          const chosen = activities[pick % activities.length]
          assert.ok(chosen !== undefined)
          const { name, earliestStartMs, slackMs } = chosen
          // An activity of its own holds the chosen one back.
          const delayed = scheduleOf({
            activities: [...plan.activities, { name: 'hold', durationMs: earliestStartMs + delayMs }],
            dependencies: [...plan.dependencies, { before: 'hold', after: name, kind: 'finish-to-start' }],
          })

          assert.is(delayed.durationMs, durationMs + Math.max(0, delayMs - slackMs))
        },
      ),
    )
  })
})

describe('The topological order', (test) => {
  test('has every activity of a graph without cycles once, after all that it waits for', () => {
    fc.assert(
      fc.property(anyGraph(60, 'no cycles'), (plan) => {
        const order = topologicalOrder(plan).map(({ name }) => name)

        assert.is(new Set(order).size, plan.activities.length)
        assert.is(order.length, plan.activities.length)
        for (const { before, after } of plan.dependencies)
          assert.ok(order.indexOf(before) < order.indexOf(after))
      }),
    )
  })
})

/** Follows every path from every activity: no table, no order. */
function longestByBruteForce({ activities, dependencies }: ActivityGraph): number {
  const durations = new Map(activities.map(({ name, durationMs }) => [name, durationMs]))
  const durationOf = (name: string) => durations.get(name) ?? Number.NaN
  const endsFrom = (name: string, startMs: number): number =>
    dependencies
      .filter(({ before }) => before === name)
      .reduce((longest, { after, kind }) => {
        const nextMs = {
          'finish-to-start': startMs + durationOf(name),
          'start-to-start': startMs,
          'finish-to-finish': startMs + durationOf(name) - durationOf(after),
        }[kind]
        return Math.max(longest, endsFrom(after, nextMs))
      }, startMs + durationOf(name))
  return Math.max(...activities.map(({ name }) => endsFrom(name, 0)))
}
