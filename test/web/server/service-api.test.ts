import * as assert from 'uvu/assert'
import type { ServiceRun, ToldRun } from '../../../harness/model/service.ts'
import { createServiceApi, type ServiceAccess } from '../../../harness/web/server/service-api.ts'
import type { ServiceControls } from '../../../harness/web/server/service-controls.ts'
import { aDashboard } from '../../kit/dashboard.ts'
import { describe } from '../../kit/suite.ts'

const TOKEN = 'api-0123456789abcdef-token'
const RUN: ToldRun = {
  ...{
    id: '20261201-010000-ab12',
    scenario: 'checkout.yaml',
    by: 'api',
    startedAt: '2026-12-01T01:00:00.000Z',
  },
  ...{ state: 'running', outcome: null, exitCode: null, finishedAt: null, reason: null },
}
const GO: ToldRun = {
  ...RUN,
  state: 'judged',
  outcome: 'GO',
  exitCode: 0,
  finishedAt: '2026-12-01T01:10:00.000Z',
}

function aService(changes: Partial<ServiceControls> = {}, access: Partial<ServiceAccess> = {}) {
  const launched: ServiceRun[] = []
  const rollouts: string[] = []
  const controls: ServiceControls = {
    isClosing: () => false,
    figures: () => ({
      version: '0.1.0',
      isRunning: true,
      counts: { GO: 2, NO_GO: 1 },
      last: GO,
      schedules: [],
    }),
    scenarios: async () => ['checkout.yaml'],
    schedules: () => [],
    async launch(wanted) {
      launched.push(wanted)
      return wanted.scenario === 'checkout.yaml' ? RUN : 'unknown'
    },
    runs: () => [RUN],
    run: async (id) => (id === RUN.id ? RUN : null),
    stop: (id) => id === RUN.id,
    verdict: async () => null,
    async gate(rollout) {
      rollouts.push(rollout)
      return GO
    },
    ...changes,
  }
  const service = createServiceApi(controls, {
    apiToken: TOKEN,
    pageToken: null,
    isLocal: true,
    version: '0.1.0',
    ...access,
  })
  const { ask } = aDashboard({ service })
  const call = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
    ask(path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  return { ask, call, launched, rollouts }
}

const FLAGGER = {
  name: 'shop',
  namespace: 'prod',
  phase: 'Progressing',
  checksum: 'c1',
  metadata: { scenario: 'checkout.yaml' },
}

describe('The interface for programs', (test) => {
  test('tells its health to everybody, and that it is closing', async () => {
    const { ask } = aService()
    const health = await ask('/health')
    assert.equal(
      [health.status, await health.json()],
      [200, { status: 'ok', running: true, version: '0.1.0' }],
    )
    assert.is((await aService({ isClosing: () => true }).ask('/health')).status, 503)
  })

  test('needs its token, in a header, and says nothing of it', async () => {
    const { ask, call } = aService()
    for (const headers of [
      {},
      { Authorization: 'Bearer wrong' },
      { Authorization: TOKEN },
      { Cookie: `proofload=${TOKEN}` },
    ] as Record<string, string>[])
      for (const path of ['/api/runs', '/gate/flagger', '/api/nothing', '/metrics']) {
        const { status } = await ask(path, { headers, method: path.startsWith('/gate') ? 'POST' : 'GET' })
        assert.is(status, 401, `${path} ${JSON.stringify(headers)}`)
      }
    assert.is((await ask(`/api/runs?token=${TOKEN}`)).status, 401)
    assert.is((await call('/api/runs')).status, 200)
  })

  test('is closed without one, while the figures are open on this machine', async () => {
    const { ask, call } = aService({}, { apiToken: null })
    assert.is((await call('/api/runs')).status, 403)
    const figures = await ask('/metrics')
    assert.is(figures.status, 200)
    assert.match(await figures.text(), 'proofload_service_runs_total{outcome="GO"} 2')
  })

  test('shows figures to who knows the token of the pages', async () => {
    const { ask } = aService({}, { apiToken: null, pageToken: 'page-0123456789abcdef' })
    assert.is((await ask('/metrics')).status, 401)
    assert.is(
      (await ask('/metrics', { headers: { Authorization: 'Bearer page-0123456789abcdef' } })).status,
      200,
    )
  })

  test('answers neither to foreign names nor to pages of other sites, whatever they know', async () => {
    const { call, launched } = aService()
    assert.is((await call('/api/runs', undefined, { Host: 'evil.example' })).status, 403)
    for (const headers of [{ Origin: 'https://evil.example' }, { 'Sec-Fetch-Site': 'cross-site' }] as Record<
      string,
      string
    >[])
      assert.is((await call('/api/runs', { scenario: 'checkout.yaml' }, headers)).status, 403)
    assert.equal(launched, [])
  })

  test('opens no page, and the pages stay behind their own guard', async () => {
    const { ask, call } = aService()
    assert.is((await ask('/live/start', { method: 'DELETE' })).status, 405)
    assert.is((await call('/live/stop', {}, { Origin: 'https://evil.example' })).status, 403)
    assert.is((await call('/api/nothing')).status, 404)
  })

  test('starts a run, and says where it is', async () => {
    const { call, launched } = aService()
    const started = await call('/api/runs', { scenario: 'checkout.yaml', seed: 7, baseline: 'main' })
    assert.equal([started.status, started.headers.get('Location')], [202, `/api/runs/${RUN.id}`])
    assert.equal(launched, [{ scenario: 'checkout.yaml', seed: 7, baseline: 'main', environment: null }])
    assert.is((await call('/api/runs', { scenario: 'other.yaml' })).status, 404)
    const busy = await aService({ launch: async () => 'busy' }).call('/api/runs', {
      scenario: 'checkout.yaml',
    })
    assert.equal([busy.status, busy.headers.get('Retry-After')], [503, '30'])
  })

  test('says what does not fit in a body', async () => {
    const { call } = aService()
    for (const [body, text] of [
      ['{', 'no JSON'],
      [{}, 'scenario'],
      [{ scenario: 'checkout.yaml', seed: -1 }, 'seed'],
      [{ scenario: 'checkout.yaml', rate: 5 }, 'rate'],
      [{ scenario: 'checkout.yaml', baseline: '../../etc' }, 'baseline'],
    ] as const) {
      const answer = await call('/api/runs', body)
      assert.is(answer.status, 400)
      assert.match(await answer.text(), text)
    }
    assert.is((await call('/api/runs', { scenario: 'x'.repeat(10_000) })).status, 413)
  })

  test('tells of runs, ends them, and returns verdicts', async () => {
    const { call } = aService({ verdict: async (id) => (id === 'done' ? { outcome: 'GO' } : null) })
    assert.equal(await (await call(`/api/runs/${RUN.id}?wait=5`)).json(), RUN)
    assert.is((await call(`/api/runs/${RUN.id}?wait=600`)).status, 400)
    assert.is((await call('/api/runs/none')).status, 404)
    assert.equal(await (await call('/api/runs/done/verdict')).json(), { outcome: 'GO' })
    assert.is((await call(`/api/runs/${RUN.id}/verdict`)).status, 409)
    assert.is((await call('/api/runs/none/verdict')).status, 404)
    assert.is((await call(`/api/runs/${RUN.id}/stop`, {})).status, 202)
    assert.is((await call('/api/runs/none/stop', {})).status, 409)
  })

  test('is described by OpenAPI, every path of it', async () => {
    const { call } = aService()
    const { openapi, paths } = (await (await call('/api/openapi.json')).json()) as {
      readonly openapi: string
      readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
    }
    assert.is(openapi, '3.1.0')
    for (const [path, methods] of Object.entries(paths))
      for (const method of Object.keys(methods)) {
        const { status } = await call(path.replace('{id}', RUN.id), method === 'post' ? {} : undefined)
        assert.ok(![401, 403, 405].includes(status) && status < 500, `${method} ${path}: ${status}`)
      }
  })
})

describe('A gate of a rollout', (test) => {
  for (const [outcome, inconclusive, status] of [
    ['GO', 'fail', 200],
    ['NO_GO', 'pass', 412],
    ['INCONCLUSIVE', 'fail', 412],
    ['INCONCLUSIVE', 'pass', 200],
  ] as const)
    test(`answers Flagger with ${status} for ${outcome} (inconclusive: ${inconclusive})`, async () => {
      const { call } = aService({ gate: async () => ({ ...GO, outcome }) })
      const answer = await call('/gate/flagger', {
        ...FLAGGER,
        metadata: { ...FLAGGER.metadata, inconclusive },
      })
      assert.is(answer.status, status)
    })

  for (const [outcome, value] of [
    ['GO', 1],
    ['NO_GO', 0],
    ['INCONCLUSIVE', -1],
  ] as const)
    test(`measures ${value} for Argo Rollouts where the verdict is ${outcome}`, async () => {
      const { call } = aService({ gate: async () => ({ ...GO, outcome }) })
      const answer = await call('/gate/argo', { rollout: 'shop-7f', scenario: 'checkout.yaml' })
      assert.is(answer.status, 200)
      assert.is(((await answer.json()) as { readonly value: number }).value, value)
    })

  test('tells rollouts apart by name, namespace, phase and revision', async () => {
    const { call, rollouts } = aService()
    await call('/gate/flagger', FLAGGER)
    await call('/gate/flagger', { ...FLAGGER, checksum: 'c2' })
    await call('/gate/argo', { rollout: 'shop-7f', scenario: 'checkout.yaml' })
    assert.is(new Set(rollouts).size, 3)
  })

  test('lets nothing pass that came to no verdict, is unknown, or had to wait', async () => {
    const failed: ToldRun = { ...GO, state: 'failed', outcome: null }
    for (const [gate, flagger, argo] of [
      [failed, 412, 500],
      ['busy', 503, 503],
      ['unknown', 404, 404],
      [null, 503, 503],
    ] as const) {
      const { call } = aService({ gate: async () => gate })
      assert.is((await call('/gate/flagger', FLAGGER)).status, flagger)
      assert.is((await call('/gate/argo', { rollout: 'shop', scenario: 'checkout.yaml' })).status, argo)
    }
    const { call } = aService()
    assert.is((await call('/gate/flagger', { name: 'shop' })).status, 400)
  })
})
