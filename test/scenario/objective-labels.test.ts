import * as assert from 'uvu/assert'
import { aDocument, aRequest, problemsOf } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const REGIONS = [
  { name: 'emea', weight: 1, timeZone: 'Europe/Berlin' },
  { name: 'apac', weight: 1, timeZone: 'Asia/Tokyo', networkDelay: '80ms' },
]

const judgedBy = (expect: string, changes: Record<string, unknown> = {}) =>
  problemsOf(
    aDocument({ target: { plugin: 'sandbox' }, objectives: ['error_ratio < 1%', expect], ...changes }),
  )

describe('unknownLabels', (test) => {
  test('names a step that the scenario does not have, and the nearest', () => {
    const journeys = { a: { steps: [aRequest('/items', { step: 'list' }), aRequest('/items/1')] } }

    assert.equal(judgedBy('p99(response_time{step=lsit}) < 1s', { journeys }), [
      {
        path: 'objectives[1]',
        message: "there is no step 'lsit'",
        expected: 'one of list, GET /items/:id',
        nearest: 'list',
      },
    ])
    assert.equal(judgedBy('p99(response_time{step=list}) < 1s', { journeys }), [])
  })

  test('knows the classes of the catalogue, their escalations, and the steps of the login', () => {
    const changes = {
      journeys: { a: { steps: [{ operations: {} }] } },
      login: { steps: [aRequest('/login', { step: 'login' })] },
    }

    for (const step of ['safe', 'risky', 'complex', 'escalation/security-review', 'login'])
      assert.equal(judgedBy(`p99(response_time{step=${step}}) < 1s`, changes), [], step)
  })

  test('asks no names of code, which gives them while it runs', () => {
    const code = { $code: 'journeys.a.run' }

    assert.equal(judgedBy('p99(response_time{step=anything}) < 1s', { journeys: { a: { run: code } } }), [])
    assert.equal(judgedBy('p99(response_time{step=anything}) < 1s', { login: { $code: 'login' } }), [])
  })

  test('names a region the workload does not have', () => {
    const { message, expected } = judgedBy('p95(response_time{region=emea}) < 1s')[0] ?? {}
    assert.equal([message, expected], ["there is no region 'emea'", 'no region here'])
    const workload = { pattern: 'business-hours', regions: REGIONS }
    assert.is(judgedBy('p95(response_time{region=emaa}) < 1s', { workload })[0]?.nearest, 'emea')
    assert.equal(judgedBy('p95(response_time{region=emea}) < 1s', { workload }), [])
  })

  test('names a phase the workload does not have', () => {
    const workload = { pattern: 'incident' }
    const [problem] = judgedBy('recovery_time{phase=brust} < 10s', { workload })

    assert.is(problem?.nearest, 'burst')
    assert.equal(judgedBy('recovery_time{phase=burst} < 10s', { workload }), [])
    assert.equal(judgedBy('p99(response_time{phase=warm-up}) < 1s', { workload, warmUp: '1s' }), [])
  })

  test('names a probe that nobody declared, and asks for one where none is named', () => {
    const probes = { gc: { plugin: 'process', config: { pid: 1 } } }

    assert.equal(judgedBy('max(probe_value{probe=gc}) < 50', { probes }), [])
    assert.is(judgedBy('max(probe_value{probe=cg}) < 50', { probes })[0]?.nearest, 'gc')
    assert.is(judgedBy('probe_cpu{probe=gc} < 1')[0]?.expected, 'no probe here')
    assert.equal(judgedBy('probe_memory < 1GiB', { probes }), [
      {
        path: 'objectives[1]',
        message: 'probe_memory of which probe?',
        expected: 'probe_memory{probe=gc}',
      },
    ])
  })

  test('names a picture that the scenario does not have, and asks for one where none is named', () => {
    const visuals = { homepage: { file: 'out.png' } }

    assert.equal(judgedBy('visual(homepage)', { visuals }), [])
    assert.equal(judgedBy('visual(hompage)', { visuals }), [
      {
        path: 'objectives[1]',
        message: "there is no visual 'hompage'",
        expected: 'one of homepage',
        nearest: 'homepage',
      },
    ])
    assert.is(judgedBy('visual(homepage)')[0]?.expected, 'no visual here')
    assert.equal(judgedBy('visual_findings <= 0', { visuals }), [
      {
        path: 'objectives[1]',
        message: 'visual_findings of which visual?',
        expected: 'visual_findings{visual=homepage}',
      },
    ])
  })

  test('looks at the limits of an emergency as well', () => {
    const emergency = { limits: ['error_ratio <= 20%', 'probe_value{probe=gc} < 50'] }
    const [problem, ...others] = judgedBy('error_ratio < 2%', { emergency })

    assert.is(problem?.path, 'emergency.limits[1]')
    assert.equal(others, [])
  })

  test('names an outcome that does not exist', () => {
    assert.is(judgedBy('p99(response_time{outcome=okay}) < 1s')[0]?.nearest, 'ok')
  })
})
