import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { parseAt } from '../../../harness/scenario/problems.ts'
import { resolveQualification } from '../../../harness/scenario/qualification/resolve.ts'
import { qualificationSchema } from '../../../harness/scenario/qualification/schema.ts'
import { describe } from '../../kit/suite.ts'

type Written = Readonly<Record<string, unknown>>

/** Activities of the stage `one` that run a command of one second, unless they say otherwise. */
function resolved(activities: Readonly<Record<string, Written>>, rest: Written = {}) {
  const written = Object.entries(activities).map(([name, activity]) => {
    const isOther = ['run', 'capacity', 'approval', 'check', 'visual', 'triage'].some(
      (kind) => kind in activity,
    )
    return [name, { stage: 'one', expect: '1s', ...(isOther ? {} : { command: 'true' }), ...activity }]
  })
  const document = { name: 'plan', stages: { one: {} }, activities: Object.fromEntries(written), ...rest }
  const { value, problems } = parseAt(qualificationSchema, document, [])
  if (value === null) return { plan: null, problems, cautions: [] }
  return resolveQualification(value, {
    file: 'plan.yaml',
    scenarioFacts: () => ({
      durationMs: 10_000,
      items: [{ id: 'p99', label: 'p99(response_time) < 1s' }],
      hash: 'h',
      secrets: [],
    }),
    pastMs: (name) => (name === 'known' ? [3_000, 1_000, 2_000] : []),
  })
}
const problemsOf = (...args: Parameters<typeof resolved>) =>
  resolved(...args).problems.map(({ path, message, nearest }) =>
    nearest === undefined ? `${path}: ${message}` : `${path}: ${message} (${nearest})`,
  )

const page = new URL('../../../docs/qualification.md', import.meta.url)

describe('A qualification plan', (test) => {
  test('is possible as the documentation shows it', () => {
    const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(readFileSync(page, 'utf8')) ?? []
    const { activities, stages, ...rest } = parse(text)
    const { plan, problems } = resolved(activities, { stages, ...rest, name: 'release' })
    assert.equal(problems, [])
    assert.equal(plan?.activities.length, 8)
  })

  test('names nothing that there is not, and says what is nearest', () => {
    assert.equal(
      problemsOf({ smoke: {}, hours: { needs: ['smok'], stage: 'ones' } }, { mocks: { hour: 'x' } }),
      [
        "activities.hours.stage: there is no stage 'ones' (one)",
        "activities.hours.needs[0]: there is no activity 'smok' (smoke)",
        "mocks.hour: there is no activity 'hour' (hours)",
      ],
    )
  })

  test('has one kind of work an activity', () => {
    assert.equal(problemsOf({ a: { run: 'x.ts', command: 'true' } }).length, 1)
    assert.match(problemsOf({ a: { command: undefined } })[0] ?? '', 'does not fit')
  })

  test('has commands that need no shell', () => {
    assert.match(problemsOf({ a: { command: 'echo $HOME' } })[0] ?? '', 'needs a shell')
  })

  test('shows the shortest cycle', () => {
    assert.equal(
      problemsOf({ a: { needs: ['c'] }, b: { needs: ['a'] }, c: { needs: ['a', 'b'] } }),
      [
        'activities.a: waits for itself: a -> c -> a (each before the next)',
        'activities.b: can never start: it waits for activities that wait for themselves',
      ].slice(0, 1),
    )
  })

  test('has no activity that needs one of a later stage, and no stages that need one another', () => {
    const stages = { one: {}, two: { needs: ['one'] } }
    assert.equal(problemsOf({ a: { needs: ['b'] }, b: { stage: 'two' } }, { stages }), [
      'activities.a.needs[0]: a of the stage one needs b of two, which comes after it',
    ])
    const loop = { one: { needs: ['two'] }, two: { needs: ['one'] } }
    assert.match(problemsOf({ a: {}, b: { stage: 'two' } }, { stages: loop })[0] ?? '', 'one -> two -> one')
  })

  test('has one writer for each output, and a producer for each input', () => {
    assert.equal(
      problemsOf({
        a: { outputs: { data: 'x.json' } },
        b: { outputs: ['./x.json'] },
        c: { inputs: { rows: 'a.dat' } },
        d: { inputs: { rows: 'e.data' } },
      }),
      [
        "activities.c.inputs.rows: there is no output 'a.dat' (a.data)",
        "activities.d.inputs.rows: there is no output 'e.data' (a.data)",
        "activities.b.outputs../x.json: a and b both write 'x.json'",
      ],
    )
  })

  test('has no stage without an activity, and a caution for one without core', () => {
    assert.match(problemsOf({ a: {} }, { stages: { one: {}, two: {} } })[0] ?? '', 'stages.two: no activity')
    assert.equal(resolved({ a: { role: 'handler' } }).cautions.length, 1)
  })

  test('is done within its budget', () => {
    assert.equal(problemsOf({ a: { expect: '2m' }, b: { needs: ['a'] } }, { budget: '1m' }), [
      'budget: the plan is expected to take 2m1s, 1m1s more than its budget: a -> b',
    ])
  })

  test('takes no more of a resource than there is', () => {
    assert.equal(problemsOf({ a: { uses: { licence: 2 } } }, { resources: { licence: 1 } }), [
      'activities.a: can never start: it takes 2 of licence, and there is 1',
    ])
    assert.match(problemsOf({ a: { uses: { licens: 1 } } }, { resources: { licence: 1 } })[0] ?? '', 'licens')
    assert.match(problemsOf({ a: {} }, { resources: { generator: 2 } })[0] ?? '', 'one generator')
  })

  test('waits for the producers of inputs, and takes what load takes', () => {
    const { plan } = resolved({
      data: { outputs: { set: 'x.json' } },
      hours: { run: 'x.ts', expect: undefined, inputs: { rows: 'data.set' } },
      quiet: { run: 'x.ts', exclusive: 'none' },
      known: { expect: undefined },
    })
    const [data, hours, quiet, known] = plan?.activities ?? []
    assert.equal(hours?.needs, ['data'])
    assert.equal(hours?.takes, { generator: 1, target: 1 })
    assert.equal(hours?.items, [{ id: 'p99', label: 'p99(response_time) < 1s' }])
    assert.equal([data?.expectedMs, hours?.expectedMs, known?.expectedMs], [1_000, 12_000, 2_000])
    assert.equal([quiet?.takes, quiet?.isShared], [{}, true])
  })

  test('has another hash when its work is another, and not when it is expected to take longer', () => {
    const hashOf = (activity: Written) => resolved({ a: activity }).plan?.hash
    assert.is(hashOf({}), hashOf({ expect: '2s' }))
    assert.is.not(hashOf({}), hashOf({ command: 'false' }))
  })
})
