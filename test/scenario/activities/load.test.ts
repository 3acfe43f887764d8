import * as assert from 'uvu/assert'
import { planActivities } from '../../../harness/scenario/activities/load.ts'
import { describe } from '../../kit/suite.ts'

type Written = Readonly<Record<string, unknown>>

/** Activities of one second each. */
const planOf = (activities: Readonly<Record<string, Written>>, rest: Written = {}) =>
  planActivities({
    activities: Object.fromEntries(
      Object.entries(activities).map(([name, activity]) => [name, { duration: '1s', ...activity }]),
    ),
    ...rest,
  })
const problemsOf = (...args: Parameters<typeof planOf>) =>
  planOf(...args).problems.map(({ path, message }) => `${path}: ${message}`)
const dependenciesOf = (...args: Parameters<typeof planOf>) =>
  planOf(...args).plan?.graph.dependencies.map(({ before, after, kind }) => `${before} ${after} ${kind}`)

describe('Activities', (test) => {
  test('depend on what they need, of the kind that is stated', () => {
    assert.equal(
      dependenciesOf({
        a: {},
        b: { needs: ['a'] },
        c: { needs: [{ activity: 'a', kind: 'finish-to-finish' }] },
      }),
      ['a b finish-to-start', 'a c finish-to-finish'],
    )
  })

  test('depend on the writers of their inputs, by output or by file', () => {
    assert.equal(
      dependenciesOf({
        data: { outputs: { dataset: 'data/seed.json' } },
        build: { outputs: ['dist/app.js', 'map'] },
        a: { inputs: { rows: 'data.dataset' } },
        b: { inputs: ['./data/seed.json', 'dist/app.js'] },
        c: { inputs: ['build.map'] },
      }),
      [
        'data a finish-to-start',
        'data b finish-to-start',
        'build b finish-to-start',
        'build c finish-to-start',
      ],
    )
  })

  test('may have any name of an object', () => {
    assert.equal(dependenciesOf({ constructor: {}, b: { needs: ['constructor'] } }), [
      'constructor b finish-to-start',
    ])
    const plan = planActivities(JSON.parse('{"activities":{"__proto__":{"duration":"1s"}}}')).plan
    assert.equal(plan?.schedule.criticalPath, ['__proto__'])
  })

  test('count in whole milliseconds', () => {
    const { plan } = planActivities({ activities: { a: { duration: '1.001s' }, b: { duration: '0.1ms' } } })

    assert.equal(
      plan?.graph.activities.map(({ durationMs }) => durationMs),
      [1_001, 0],
    )
  })

  test('have all problems of their names told at once', () => {
    assert.equal(
      problemsOf({
        smoke: { outputs: { report: 'out/report.json' } },
        hours: { needs: ['smke', { activity: 'nothing', kind: 'start-to-start' }] },
        other: { inputs: { r: 'smoke.reprt' }, outputs: ['out/./report.json', 'x', 'x'] },
      }),
      [
        "activities.hours.needs[0]: there is no activity 'smke'",
        "activities.hours.needs[1].activity: there is no activity 'nothing'",
        "activities.other.inputs.r: no activity writes 'smoke.reprt'",
        "activities.other.outputs[0]: smoke and other both write 'out/report.json'",
        "activities.other.outputs[2]: other writes 'x' twice",
      ],
    )
    const { problems } = planOf({ smoke: { outputs: ['report'] }, b: { inputs: ['smoke.reprt'] } })
    assert.is(problems[0]?.nearest, 'smoke.report')
  })

  test('that wait for themselves are named by the shortest cycle, through inputs, too', () => {
    assert.equal(
      problemsOf({
        hours: { needs: ['compare'], outputs: ['hours.json'] },
        compare: { inputs: ['hours.json'] },
        last: { needs: ['hours'] },
      }),
      [
        'activities.hours: waits for itself: hours -> compare -> hours (each before the next)',
        'activities.last: can never start: it waits for activities that wait for themselves',
      ],
    )
  })

  test('may take exactly their budget, and no more', () => {
    const activities = { a: {}, b: { needs: ['a'] } }

    assert.equal(problemsOf(activities, { budget: '2s' }), [])
    assert.equal(problemsOf(activities, { budget: '1500ms' }), [
      'budget: the plan takes at least 2s, 500ms more than its budget: a -> b',
    ])
  })

  test('of another form are told by path, with what was expected', () => {
    assert.equal(problemsOf({}), ['activities: empty'])
    assert.equal(
      problemsOf({ a: { duration: '1', need: [] }, b: { needs: [{ activity: 'a', kind: 'start' }] } }),
      [
        'activities.a.duration: "1" is not a duration with a unit (us, ms, s, m, h, d), for example 250ms or 1m30s',
        "activities.a.need: there is no key 'need'",
        "activities.b.needs[0].kind: there is no choice 'start'",
      ],
    )
    assert.equal(
      planActivities([]).problems.map(({ message }) => message),
      ['[] is of the wrong type'],
    )
  })
})
