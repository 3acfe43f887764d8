import * as assert from 'uvu/assert'
import type { RunRecord } from '../../harness/model/run-record.ts'
import { inWorkplace } from '../kit/cli.ts'
import { startHttpServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'

const scenarioAt = (url: string) => `name: shop
target: { plugin: http, config: { url: "${url}" } }
workloads:
  browse: { pattern: constant-rate, rate: 40/s, duration: 3s, arrivals: poisson, journeys: [look] }
  staff: { pattern: constant-agents, agents: 4, duration: 2s, think: 100ms..300ms, start: 1s, journeys: { look: 1, stock: 2 } }
  night: { pattern: constant-agents, agents: 4, duration: 20s, after: browse, iterations: 25, journeys: [stock] }
journeys:
  look: { steps: [{ request: { path: /look }, step: look }] }
  stock: { steps: [{ request: { path: /stock }, step: stock }] }
objectives:
  - "error_ratio{workload=browse} < 50%"
  - "count(iterations{workload=night}) >= 25"
  - "plan_kept{workload=browse} >= 99%"
seed: 5
`

/** What was started of a workload. */
const startedOf = ({ intervals }: RunRecord, name: string) =>
  intervals.reduce((sum, { workloads = {} }) => sum + (workloads[name]?.started ?? 0), 0)

describe('Several workloads', (test) => {
  for (const threads of [1, 4])
    test(`send exactly what each of them plans, on ${threads} threads`, () =>
      inWorkplace(async (place) => {
        const server = await startHttpServer((_, response) => response.end('ok'))
        place.write('shop.yaml', scenarioAt(server.url))
        const dry = await place.run('run', 'shop.yaml', '--dry-run', '--threads', `${threads}`)
        const { verdict, record } = await place.verdictOf(
          'shop.yaml',
          '--no-history',
          '--threads',
          `${threads}`,
        )
        await server.close()
        const { workloads, shares } = JSON.parse(dry.stdout)
        const asked = (name: string) => workloads[name].expectedIterations
        const stepsOf = (name: string) =>
          [...new Set(record.steps.flatMap(({ step, workload }) => (workload === name ? [step] : [])))].sort()

        assert.is(shares.sumIsThePlan, true)
        assert.equal([startedOf(record, 'browse'), startedOf(record, 'night')], [asked('browse'), 25])
        assert.ok(startedOf(record, 'staff') > 0)
        assert.equal(
          ['browse', 'night'].map((name) => verdict.summary.workloads?.[name]?.requests),
          [asked('browse'), 25],
        )
        assert.equal(['browse', 'staff', 'night'].map(stepsOf), [['look'], ['look', 'stock'], ['stock']])
        assert.equal([workloads.night.startMs, record.threads], [3_000, threads])
      }))

  test('are tried journey by journey, and refused where a capacity is searched', () =>
    inWorkplace(async (place) => {
      const server = await startHttpServer((_, response) => response.end('ok'))
      place.write('shop.yaml', scenarioAt(server.url))
      const checked = await place.run('check', 'shop.yaml')
      const tried = await place.run('try', 'shop.yaml')
      const searched = await place.run('capacity', 'shop.yaml')
      const flagged = await place.run('run', 'shop.yaml', '--rate', '5/s')
      await server.close()

      assert.match(checked.stdout, /2 journeys, 5 objectives/)
      assert.is(tried.status, 0)
      assert.equal([searched.status, flagged.status], [2, 2])
      assert.match(searched.stderr, /by one workload, and there are 3/)
      assert.match(flagged.stderr, /--set workloads\.browse\.rate=5\/s/)
    }))
})
