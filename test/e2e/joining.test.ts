import * as assert from 'uvu/assert'
import { inWorkplace } from '../kit/cli.ts'
import { startHttpServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'

const TEXT = 'agents join at 30/s: the first 2s are recorded and not judged (workload.joinRate)'

const scenarioAt = (url: string) => `name: joining
target: { plugin: http, config: { url: "${url}" } }
workload: { pattern: constant-agents, agents: 60, think: 200ms, duration: 4s, joinRate: 30/s }
journeys: { a: { steps: [ { request: { path: /x } } ] } }
objectives: ["error_ratio < 1%"]
`

describe('Agents that join at a rate', (test) => {
  test('are told before anything is sent', () =>
    inWorkplace(async (place) => {
      place.write('joining.yaml', scenarioAt('http://127.0.0.1:1'))
      const checked = await place.run('check', 'joining.yaml')
      const plans = await Promise.all(
        [1, 4].map(async (threads) => {
          const { stdout } = await place.run(
            'run',
            'joining.yaml',
            '--seed',
            '7',
            '--dry-run',
            '--threads',
            `${threads}`,
          )
          return JSON.parse(stdout)
        }),
      )

      assert.match(checked.stdout, TEXT)
      for (const { joining, plan, shares } of plans) {
        assert.is(joining, TEXT)
        assert.equal(plan.workloads[0]?.join, { perSec: 30, durationMs: 2_000 })
        // One, 31, 60 and 60 agents at the seconds of the run.
        assert.equal([shares.sumOfShares.starts, shares.sumIsThePlan], [152, true])
      }
      assert.is(plans[0].planHash, plans[1].planHash)
      assert.is(plans[0].shares.sumOfShares.digest, plans[1].shares.sumOfShares.digest)
    }))

  for (const threads of [1, 2])
    test(`are recorded and not judged while they do, on ${threads} threads`, () =>
      inWorkplace(async (place) => {
        const server = await startHttpServer((_, response) => response.end('ok'))
        place.write('joining.yaml', scenarioAt(server.url))
        const { verdict, record } = await place.verdictOf(
          'joining.yaml',
          '--no-history',
          '--threads',
          `${threads}`,
        )
        await server.close()
        const requestsIn = (phase: string) =>
          record.steps.reduce((sum, step) => sum + (step.phase === phase ? step.ok : 0), 0)
        const connects = record.cells.filter(({ metric }) => metric === 'connect_time')

        assert.equal(
          record.plan.phases.map(({ name, endMs, measured }) => [name, endMs, measured]),
          [
            ['joining', 2_000, false],
            ['steady', 4_000, true],
          ],
        )
        assert.ok(requestsIn('joining') > 0 && requestsIn('steady') > 0)
        assert.is(verdict.summary.requests, requestsIn('steady'))
        // Each agent comes with a connection of its own, in its first request.
        assert.ok(connects.reduce((sum, { count }) => sum + count, 0) >= 60)
      }))
})
