/** The dashboards and alert rules in deploy/, asked of a real Prometheus after a run. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import * as z from 'zod'
import { inWorkplace } from '../../kit/cli.ts'
import { freePort } from '../../kit/free-port.ts'
import { aBatch } from '../../kit/metric-batches.ts'
import { openOutput } from '../../kit/outputs-contract.ts'
import {
  askPrometheus,
  lastSampleOf,
  PROMETHEUS_ABSENT,
  startPrometheus,
} from '../../kit/prometheus-server.ts'
import { startHttpServer } from '../../kit/servers.ts'
import { aCell, aSnapshot } from '../../kit/snapshots.ts'
import { describe } from '../../kit/suite.ts'

const deploy = new URL('../../../deploy/', import.meta.url).pathname
const DASHBOARDS = readdirSync(join(deploy, 'grafana')).filter((file) => file.endsWith('.json'))

const source = z.strictObject({
  type: z.literal('prometheus'),
  uid: z.templateLiteral(['$', '{datasource}']),
})
const panel = z.object({
  id: z.number(),
  title: z.string().min(1),
  type: z.enum(['row', 'timeseries', 'stat', 'bargauge', 'table', 'heatmap', 'state-timeline']),
  datasource: source.optional(),
  gridPos: z.object({ x: z.number().max(23), y: z.number(), w: z.number().max(24), h: z.number() }),
  targets: z
    .array(z.object({ refId: z.string(), expr: z.string().min(1), legendFormat: z.string() }))
    .default([]),
})
/** The parts of Grafana's format that these dashboards use. */
const dashboard = z.object({
  uid: z.string().max(40),
  title: z.string(),
  schemaVersion: z.literal(39),
  tags: z.array(z.literal('proofload')),
  annotations: z.object({
    list: z.array(z.object({ name: z.string(), expr: z.string(), datasource: source })),
  }),
  templating: z.object({
    list: z.array(z.object({ name: z.string(), type: z.string(), query: z.string() })),
  }),
  panels: z.array(panel).min(3),
})

const read = (file: string) =>
  dashboard.parse(JSON.parse(readFileSync(join(deploy, 'grafana', file), 'utf8')))

/** Every query of a dashboard, with what it is for. */
function queriesOf(file: string): { readonly of: string; readonly expr: string }[] {
  const { panels, annotations, templating } = read(file)
  return [
    ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ of: title, expr }))),
    ...annotations.list.map(({ name, expr }) => ({ of: `annotation ${name}`, expr })),
    ...templating.list.flatMap(({ name, query }) => {
      const [, expr] = /^label_values\((.*), \w+\)$/.exec(query) ?? []
      return expr === undefined ? [] : [{ of: `variable ${name}`, expr }]
    }),
  ]
}

/** An expression with Grafana's variables filled in. */
function filledIn(expr: string): string {
  return expr
    .replaceAll('$scenario', 'told')
    .replaceAll('$step', '.+')
    .replaceAll('$__rate_interval', '5s')
    .replaceAll(/\$__(?:range|interval)/g, '1h')
}

/** The measures of targets that this run does not have: language models and messages. */
function measuresOf(seconds: number) {
  const counts = [500, 10 * seconds]
  const metrics = [
    'ttft',
    'inter_token_time',
    'output_tokens',
    'delivery_time',
    'messages_published',
    'messages_delivered',
  ]
  const cells = metrics.map((metric) => aCell(counts, { metric, outcome: '' }))
  return aBatch([aSnapshot({ cells })]).points.filter(({ family }) => metrics.includes(family.key))
}

/** Runs a scenario with something of everything, and calls back with the URL of Prometheus and the time of the last figures. */
async function afterRun(
  kind: 'classic' | 'native',
  body: (url: string, atS: number) => Promise<void>,
): Promise<void> {
  let answers = 0
  const server = await startHttpServer((_request, response) => {
    response.setHeader('server-timing', 'db;dur=2, cache;dur=0.4')
    response.writeHead(++answers % 10 === 0 ? 500 : 200).end('{}')
  })
  const scrape = `127.0.0.1:${await freePort()}`
  const flags = ['--web.enable-remote-write-receiver', '--enable-feature=native-histograms']
  const prometheus = await startPrometheus(new URL(`http://${scrape}/metrics`), undefined, flags)
  const write = { url: `${prometheus.url}/api/v1/write`, every: '1s', staleMarkers: false }
  const told =
    kind === 'classic'
      ? { plugin: 'prometheus', config: { listen: scrape } }
      : { plugin: 'remote-write', config: write }
  const scenario = {
    name: 'told',
    target: { plugin: 'http', config: { url: server.url } },
    workload: { pattern: 'constant-rate', rate: '100/s', duration: '6s' },
    journeys: { main: { steps: [{ request: { path: '/a' } }] } },
    objectives: ['p99(response_time) < 5s'],
    slos: { all: ['response_time <= 5s'] },
    probes: { self: { plugin: 'process', config: { pid: process.pid } } },
    outputs: { to: { told } },
  }
  try {
    await inWorkplace(async (place) => {
      await place.verdictOf(place.write('told.json', JSON.stringify(scenario)), '--no-history')
    })
    const atS = await lastSampleOf(prometheus.url, 'proofload_run_verdict')
    const output = await openOutput('remote-write', { ...write, histograms: kind })
    const common = { scenario: 'told', step: 'ask', phase: 'steady' }
    for (const second of [2, 1, 0]) {
      const points = measuresOf(3 - second).map((point) => ({ ...point, labels: common }))
      await output.send(
        { points, startMs: 0, atMs: Math.round((atS - second) * 1000) },
        AbortSignal.timeout(5000),
      )
    }
    await body(prometheus.url, atS)
  } finally {
    await prometheus.stop()
    await server.close()
  }
}

describe('The dashboards of Grafana', (test) => {
  test('have the form of Grafana, panels that do not overlap, and names of their own', () => {
    assert.equal(DASHBOARDS, ['components.json', 'generator.json', 'live-run.json', 'nights.json'])
    for (const file of DASHBOARDS) {
      const { panels, uid } = read(file)
      assert.match(uid, /^proofload-/)
      assert.is(new Set(panels.map(({ id }) => id)).size, panels.length)
      const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
        Array.from({ length: w * h }, (_, i) => `${x + (i % w)}:${y + Math.floor(i / w)}`),
      )
      assert.is(new Set(cells).size, cells.length, file)
    }
  })

  if (PROMETHEUS_ABSENT !== null) return test.skip('find their series', PROMETHEUS_ABSENT)

  for (const kind of ['classic', 'native'] as const)
    test(`find a series with every expression after a run, by ${kind} histograms`, () =>
      afterRun(kind, async (url, atS) => {
        for (const { of, expr, file } of DASHBOARDS.flatMap((name) =>
          queriesOf(name).map((query) => ({ ...query, file: name })),
        )) {
          const found = await askPrometheus(url, filledIn(expr), atS)
          assert.ok(found.length > 0, `${file}, ${of}: no series for ${filledIn(expr)}`)
        }
      }))
})

describe('The alert rules', (test) => {
  if (PROMETHEUS_ABSENT !== null) return test.skip('fire as their tests say', PROMETHEUS_ABSENT)

  for (const file of readdirSync(join(deploy, 'prometheus')).filter((name) => name.endsWith('.test.yml')))
    test(`fire as ${file} says`, () => {
      const path = join(deploy, 'prometheus', file)
      const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', path], { encoding: 'utf8' })
      assert.is(status, 0, stdout + stderr)
    })
})
