import * as assert from 'uvu/assert'
import { applyOverrides, type Overrides } from '../../harness/scenario/overrides.ts'
import { aDocument, planOf, problemsOf } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

type Json = Record<string, unknown>

const changed = (document: unknown, overrides: Overrides) =>
  applyOverrides(document, overrides).document as Json
const set = (...assignments: string[]) => ({ set: assignments })

describe('flags', (test) => {
  test('change what they name and nothing else', () => {
    const plan = planOf(aDocument(), {
      agents: 7,
      duration: '20s',
      think: '1s..3s',
      seed: 9,
      warmUp: '2s',
      allowHosts: ['shop.example'],
    })

    assert.is(plan.workloads[0]?.agents, 7)
    assert.is(plan.durationMs, 20_000)
    assert.equal(plan.workloads[0]?.think, { minMs: 1000, maxMs: 3000 })
    assert.is(plan.seed, 9)
    assert.is(plan.phases[0]?.name, 'warm-up')
    assert.equal(plan.allowHosts, ['shop.example'])
    // But for the timeouts, which fit the run.
    const untimed = ({ journeys }: typeof plan) =>
      JSON.stringify(journeys).replace(/"timeouts":\{[^}]*\}/g, '')
    assert.is(untimed(plan), untimed(planOf(aDocument())))
  })

  test('leave the document as it was', () => {
    const document = aDocument()
    applyOverrides(document, { agents: 9, ...set('retry.attempts=3') })

    assert.equal(document, aDocument())
  })

  test('allow hosts besides those of the scenario', () => {
    assert.equal(changed(aDocument({ allowHosts: ['a'] }), { allowHosts: ['b'] })['allowHosts'], ['a', 'b'])
  })

  test('win over the environment, and --set over both', () => {
    const document = aDocument({ environments: { staging: { seed: 1, workload: { agents: 2 } } } })
    const plan = planOf(document, { environment: 'staging', agents: 4, seed: 3, ...set('seed=5') })

    assert.is(plan.workloads[0]?.agents, 4)
    assert.is(plan.seed, 5)
  })
})

describe('--agents and --duration', (test) => {
  test('scale every named pattern to exactly that', () => {
    for (const pattern of ['business-hours', 'maintenance', 'incident', 'scale-test']) {
      const plan = planOf(aDocument({ workload: { pattern } }), { agents: 40, duration: '2m' })

      assert.is(plan.workloads[0]?.agents, 40, pattern)
      assert.is(plan.durationMs, 120_000, pattern)
    }
  })

  test('stretch a curve, and cut a recording', () => {
    const curve = { kind: 'ramp', from: 10, to: 20, durationMs: 10_000 }
    const stretched = planOf(aDocument({ workload: { pattern: 'curve', model: 'open', curve } }), {
      duration: '1m',
    })
    assert.is(stretched.durationMs, 60_000)
    assert.is(stretched.workloads[0]?.expectedIterations, 900)

    const workload = { pattern: 'replay', instantsMs: [100, 900, 1_100, 7_000] }
    const cut = planOf(aDocument({ workload }), { duration: '1s' })
    assert.equal(cut.workloads[0]?.instantsMs, [100, 900])
  })

  test('are refused where they are no duration', () => {
    const [problem] = problemsOf(aDocument(), { duration: 'long' })
    assert.is(problem?.path, '--duration')
  })

  test('leave a workload that is none to the schema', () => {
    const pathsOf = (workload: unknown) =>
      problemsOf(aDocument({ workload }), { duration: '1m' }).map(({ path }) => path)
    assert.equal(pathsOf({ pattern: 'curve', model: 'open', curve: 7 }), ['workload.curve'])
    assert.equal(pathsOf({ pattern: 'replay', instantsMs: 7 }), ['workload.instantsMs'])
    assert.equal(pathsOf({ pattern: 'tides' }), ['workload.pattern'])
  })

  test('keep the shape: phases stay in proportion', () => {
    const shares = (duration: string) => {
      const plan = planOf(aDocument({ workload: { pattern: 'incident' } }), { duration })
      return plan.phases.map(({ name, endMs }) => [name, Math.round((endMs / plan.durationMs) * 1e6)])
    }

    assert.equal(shares('1m'), shares('10m'))
  })
})

describe('--rate', (test) => {
  test('asks for the open model where there was a fixed number of agents', () => {
    const { workloads, durationMs } = planOf(aDocument(), { rate: '30/s', agents: 80 })
    const [workload] = workloads

    assert.is(workload?.model, 'open')
    assert.is(workload?.expectedIterations, 300)
    assert.is(workload?.agents, 80)
    assert.is(durationMs, 10_000)
  })

  test('does not go with think time', () => {
    assert.is(problemsOf(aDocument(), { rate: '30/s', think: '1s' })[0]?.path, '--think')
  })

  test('changes the rate of a pattern that has one', () => {
    const scaled = planOf(aDocument({ workload: { pattern: 'scale-test' } }), { rate: '100/s' })

    assert.is(scaled.workloads[0]?.pacingMs, 12_000)
  })

  test('is refused where the pattern has none, with what it does have', () => {
    const [problem] = problemsOf(aDocument({ workload: { pattern: 'incident' } }), { rate: '5/s' })

    assert.is(problem?.path, 'workload.rate')
    assert.is(problem?.expected, 'one of agents, duration, think, joinRate')
  })
})

describe('--target', (test) => {
  const other = 'http://127.0.0.1:9999'

  test('takes the place of any target', () => {
    const document = aDocument({ target: { plugin: 'sandbox', config: { seed: 1 } } })

    assert.equal(changed(document, { target: other })['target'], { plugin: 'http', config: { url: other } })
  })

  test('keeps the other settings of an http target', () => {
    const config = { url: 'http://127.0.0.1:1', headers: { a: 'b' } }
    const document = aDocument({ target: { plugin: 'http', config } })

    assert.equal(changed(document, { target: other })['target'], {
      plugin: 'http',
      config: { url: other, headers: { a: 'b' } },
    })
  })

  test('means main among several, or the only one', () => {
    const targetsOf = (...names: string[]) => {
      const { target: _target, ...rest } = aDocument({
        targets: Object.fromEntries(names.map((name) => [name, { plugin: 'sandbox' }])),
      })
      return changed(rest, { target: other })['targets'] as Json
    }

    assert.equal(targetsOf('main', 'store')['main'], { plugin: 'http', config: { url: other } })
    assert.equal(targetsOf('api')['api'], { plugin: 'http', config: { url: other } })
  })

  test('does not guess which of several is meant', () => {
    const { target: _target, ...rest } = aDocument({
      targets: { api: { plugin: 'sandbox' }, store: { plugin: 'sandbox' } },
    })
    const problem = problemsOf(rest, { target: other }).find(({ path }) => path === '--target')

    assert.is(problem?.message, 'there are several targets: api, store')
    assert.match(problem?.expected ?? '', `--set targets.api.config.url=${other}`)
  })
})

describe('--set', (test) => {
  test('takes values as YAML does', () => {
    const document = changed(aDocument(), set('seed=7', 'warmUp=2s', 'allowHosts=[a, b]', 'name=other'))

    assert.is(document['seed'], 7)
    assert.is(document['warmUp'], '2s')
    assert.equal(document['allowHosts'], ['a', 'b'])
    assert.is(document['name'], 'other')
  })

  test('keeps everything after the first = as the value', () => {
    assert.is(changed(aDocument(), set('description=a=b'))['description'], 'a=b')
  })

  test('reaches into lists', () => {
    const plan = planOf(aDocument(), set('journeys.buy.steps[0].request.path=/other'))
    const [step] = plan.journeys[0]?.steps ?? []

    assert.is(step?.kind === 'request' && step.request['path'], '/other')
  })

  test('makes what lies on the way, where the schema knows it', () => {
    const plan = planOf(aDocument(), set('retry.attempts=3', 'timeouts.total=5s'))
    const [step] = plan.journeys[0]?.steps ?? []

    assert.ok(step?.kind === 'request' && step.retry?.attempts === 3 && step.timeouts.totalMs === 5000)
  })

  test('names the nearest key for a path that does not exist', () => {
    const [way] = problemsOf(aDocument(), set('wrkload.agents=3'))
    const [journey] = problemsOf(aDocument(), set('journeys.byu.weight=3'))
    const [last] = problemsOf(aDocument(), set('workload.agnts=3'))

    assert.equal([way?.path, way?.nearest], ['--set wrkload.agents=3', 'workload'])
    assert.equal([journey?.path, journey?.nearest], ['--set journeys.byu.weight=3', 'buy'])
    assert.equal([last?.path, last?.nearest], ['workload.agnts', 'agents'])
  })

  test('reports a value of the wrong type at its place', () => {
    assert.is(problemsOf(aDocument(), set('workload.agents=many'))[0]?.path, 'workload.agents')
  })

  test('refuses what is no assignment, or no YAML', () => {
    for (const wrong of ['seed', '=5', '', 'seed=[1,'])
      assert.is(problemsOf(aDocument(), set(wrong))[0]?.path, `--set ${wrong}`)
  })

  test('refuses a value that leads back into itself', () => {
    for (const endless of [
      'objectives=&a [*a]',
      'environments=&a { staging: *a }',
      'allowHosts=&a [{ x: *a }]',
    ])
      assert.match(problemsOf(aDocument(), set(endless))[0]?.message ?? '', 'it would have no end')
  })

  test('cannot reach what every object has', () => {
    const before = Object.getOwnPropertyNames(Object.prototype)

    assert.is(problemsOf(aDocument(), set('__proto__.polluted=1')).length, 1)
    assert.is(problemsOf(aDocument(), set('constructor.prototype.polluted=1')).length, 1)
    assert.ok(problemsOf(aDocument(), set('__proto__={a: 1}')).length > 0)
    assert.equal(Object.getOwnPropertyNames(Object.prototype), before)
  })
})
