import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { shorterOverrides } from '../../../harness/app/rollback/shorter-load.ts'
import { createValidation } from '../../../harness/app/rollback/validation.ts'
import { preparePlan } from '../../../harness/app/run/prepare.ts'
import { EMERGENCY_KEY } from '../../../harness/model/emergency.ts'
import type { Host } from '../../../harness/ports/host.ts'
import { aCapturingHost } from '../../kit/capturing-host.ts'
import { aRunContext } from '../../kit/contexts.ts'
import { withScratch } from '../../kit/sandbox.ts'
import { startHttpServer } from '../../kit/servers.ts'
import { describe } from '../../kit/suite.ts'

const here = aCapturingHost([], process.cwd())
const hostIn = (cwd: string): Host => ({ ...here, cwd })

const PATTERNS: Readonly<Record<string, string>> = {
  'business-hours': '{ pattern: business-hours, agents: 5, day: 10m }',
  incident: '{ pattern: incident, agents: 5, duration: 5m }',
  maintenance: '{ pattern: maintenance, agents: 5, duration: 5m }',
  'scale-test': '{ pattern: scale-test, agents: 10, rate: 50/s }',
  'constant-agents': '{ pattern: constant-agents, agents: 5, duration: 1m }',
  'constant-rate': '{ pattern: constant-rate, rate: 50/s, duration: 1m }',
  curve: '{ pattern: curve, model: open, curve: { kind: ramp, from: 10, to: 100, durationMs: 60000 } }',
  replay: '{ pattern: replay, csv: instants.csv }',
}

function scenario(workload: string, more = ''): string {
  return `name: checkout
target: { plugin: http, config: { url: 'http://127.0.0.1:1' } }
workload: ${workload}
journeys: { main: { steps: [{ request: { path: / } }] } }
${more}`
}

describe('A validation is as short as it may be', (test) => {
  for (const [pattern, workload] of Object.entries(PATTERNS))
    test(`whatever shapes its load: ${pattern}`, () =>
      withScratch(async (folder) => {
        writeFileSync(join(folder, 'instants.csv'), Array.from({ length: 60 }, (_, i) => i * 0.5).join('\n'))
        writeFileSync(join(folder, 'a.yaml'), scenario(workload))
        const host = hostIn(folder)
        const { plan } = await preparePlan('a.yaml', {}, host)
        const shorter = await preparePlan('a.yaml', shorterOverrides(plan, {}, 4_000), host)

        assert.ok(plan.durationMs > 4_000, `${plan.durationMs}`)
        assert.is(Math.round(shorter.plan.durationMs), 4_000)
        assert.is(shorter.plan.workloads[0]?.pattern, pattern)
        assert.is(shorter.plan.workloads[0]?.agents, plan.workloads[0]?.agents)
      }))

  test('against whatever flags said of its length, and with a warm-up that leaves something to judge', () =>
    withScratch(async (folder) => {
      writeFileSync(join(folder, 'a.yaml'), scenario(PATTERNS['constant-rate'] ?? '', 'warmUp: 20s'))
      const host = hostIn(folder)
      const given = { duration: '3m', rate: '20/s', set: ['workload.duration=2m'] }
      const { plan } = await preparePlan('a.yaml', given, host)
      const shorter = (await preparePlan('a.yaml', shorterOverrides(plan, given, 4_000), host)).plan

      assert.is(plan.durationMs, 120_000)
      assert.is(shorter.durationMs, 4_000)
      assert.equal(
        shorter.phases.map(({ startMs, endMs, measured }) => [startMs, endMs, measured]),
        [
          [0, 1_000, false],
          [1_000, 4_000, true],
        ],
      )
      assert.equal(shorter.workloads[0]?.curve, { kind: 'constant', value: 20, durationMs: 4_000 })
    }))

  test('but never longer than its run', () =>
    withScratch(async (folder) => {
      writeFileSync(join(folder, 'a.yaml'), scenario('{ pattern: constant-agents, agents: 5, duration: 2s }'))
      const host = hostIn(folder)
      const { plan } = await preparePlan('a.yaml', {}, host)
      assert.equal(shorterOverrides(plan, { seed: 3 }, 4_000), { seed: 3 })
    }))
})

describe('A validation', (test) => {
  test('sends no load while load is halted, and says so', () =>
    withScratch(async (folder) => {
      let asked = 0
      const server = await startHttpServer((_request, response) => {
        asked++
        response.end('ok')
      })
      const run = aRunContext(folder)
      const halt = { state: 'HALT', by: 'ann', at: 'now', reason: 'fire drill', correlationId: 'c' }
      await run.store.set(EMERGENCY_KEY, JSON.stringify(halt))
      const validate = createValidation(run, {
        source: { source: `${server.url}/`, overrides: {}, threads: 1 },
        facts: { runId: 'run-1', scenario: 'checkout', correlationId: 'c', completedRequests: 1_000 },
        validationMs: 1_000,
        folder,
        targets: null,
      })
      const validated = await validate(new AbortController().signal)
      await server.close()

      assert.equal(validated, {
        outcome: 'HALTED',
        message: 'load is halted (HALT) by ann at now: fire drill',
      })
      assert.is(asked, 0)
    }))
})
