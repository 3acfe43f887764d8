import * as assert from 'uvu/assert'
import { createSystemClock } from '../../harness/base/clock.ts'
import type { TargetPlugin } from '../../harness/ports/target.ts'
import { preflightChecks, runPreflight } from '../../harness/preflight/index.ts'
import { targets as plugins } from '../../harness/targets/index.ts'
import { aRunPlan, aWorkload } from '../kit/plan-builders.ts'
import { aPreflightContext } from '../kit/preflight-context.ts'
import { withScratch } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'

/** The http plugin with a probe that counts instead of asking. */
function countingPlugin() {
  const asked = { times: 0 }
  const plugin: TargetPlugin = {
    ...plugins.get('http'),
    probe: () => {
      asked.times++
      return Promise.resolve({ reachable: true, message: 'answers', elapsedMs: 0 })
    },
  }
  return { plugin, asked }
}

describe('runPreflight', (test) => {
  test('runs every check, in the order of the registry, and finds nothing wrong with a sound plan', () =>
    withScratch(async (folder) => {
      const { plugin, asked } = countingPlugin()
      const findings = await runPreflight(
        aPreflightContext({ outDir: folder, cwd: folder, clock: createSystemClock(), target: () => plugin }),
      )

      assert.equal(
        findings.map(({ check }) => check),
        preflightChecks.names,
      )
      assert.ok(
        findings.every(({ level }) => level === 'ok'),
        JSON.stringify(findings),
      )
      assert.is(asked.times, 1)
    }))

  test('goes on after a check that blocks, so that everything is said at once', async () => {
    const findings = await runPreflight(
      aPreflightContext({
        plan: aRunPlan({ secrets: ['TOKEN'], workload: aWorkload({ agents: 100_000 }) }),
        machine: { memoryAvailableBytes: 1e6 },
        outDir: '/dev/null/reports',
      }),
    )
    const blocked = findings.filter(({ level }) => level === 'blocked')

    assert.equal(
      blocked.map(({ check }) => check),
      ['secrets-present', 'memory-headroom', 'clock-resolution', 'disk-writable'],
    )
    assert.ok(blocked.every(({ hint }) => hint !== undefined && hint !== ''))
  })

  test('never contacts a target when one host was not allowed', async () => {
    const { plugin, asked } = countingPlugin()
    const plan = aRunPlan({
      targets: {
        own: { plugin: 'http', config: { url: 'http://127.0.0.1:1' } },
        other: { plugin: 'http', config: { url: 'http://shop.example' } },
      },
    })
    await runPreflight(aPreflightContext({ plan, target: () => plugin }))

    assert.is(asked.times, 0)
  })
})

describe('preflightChecks', (test) => {
  test('each say in a sentence what they make sure of', () => {
    for (const { name, summary } of preflightChecks.all) assert.ok(summary.length > 10, name)
  })
})
