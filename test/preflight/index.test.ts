import * as assert from 'uvu/assert'
import { createSystemClock } from '../../harness/base/clock.ts'
import type { TargetPlugin } from '../../harness/ports/target-plugin.ts'
import { checkBeforeLaunch, checkTargets, preflightChecks } from '../../harness/preflight/index.ts'
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

/** A requirement that counts how often it is asked. */
function countingRequirement() {
  const asked = { times: 0 }
  const check = () => {
    asked.times++
    return Promise.resolve('answers')
  }
  return { requirement: { name: 'database', hosts: [], stop: false, check }, asked }
}

describe('Preflight', (test) => {
  test('runs every check, in the order of the registry, and finds nothing wrong with a sound plan', () =>
    withScratch(async (folder) => {
      const { plugin, asked } = countingPlugin()
      const context = aPreflightContext({
        folders: [{ path: folder, option: '--out' }],
        cwd: folder,
        clock: createSystemClock(),
        target: () => plugin,
      })
      const before = await checkBeforeLaunch(context)
      assert.is(asked.times, 0)
      const findings = [...before, ...(await checkTargets(context, before))]

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
    const findings = await checkBeforeLaunch(
      aPreflightContext({
        plan: aRunPlan({ secrets: ['TOKEN'], workloads: [aWorkload({ agents: 100_000 })] }),
        machine: { memoryAvailableBytes: 1e6 },
        folders: [{ path: '/dev/null/reports', option: '--out' }],
        writeHistory: () => Promise.reject(new Error('the history is away')),
      }),
    )
    const blocked = findings.filter(({ level }) => level === 'blocked')

    assert.equal(
      blocked.map(({ check }) => check),
      ['history-writable', 'secrets-present', 'memory-headroom', 'clock-resolution', 'disk-writable'],
    )
    assert.ok(blocked.every(({ hint }) => hint !== undefined && hint !== ''))
  })

  test('contacts no target and no requirement when one host was not allowed', async () => {
    const { plugin, asked } = countingPlugin()
    const { requirement, asked: required } = countingRequirement()
    const context = aPreflightContext({
      plan: aRunPlan({ targets: { own: { plugin: 'http', config: { url: 'http://127.0.0.1:1' } } } }),
      target: () => plugin,
      requirements: [requirement, { ...requirement, hosts: ['db.example'] }],
    })
    const before = await checkBeforeLaunch(context)

    assert.equal(await checkTargets(context, before), [])
    assert.equal([asked.times, required.times], [0, 0])
    const refused = before.filter(({ level, check }) => level === 'blocked' && check === 'hosts-allowed')
    assert.match(refused[0]?.message ?? '', 'db.example')
  })

  test('tries to write no state that cannot be read', async () => {
    let writes = 0
    const findings = await checkBeforeLaunch(
      aPreflightContext({
        emergency: () => Promise.reject(new Error('the store is away')),
        writeState: () => {
          writes++
          return Promise.resolve()
        },
      }),
    )
    assert.is(writes, 0)
    assert.ok(findings.some(({ check, level }) => check === 'emergency-halt' && level === 'blocked'))
  })
})

describe('preflightChecks', (test) => {
  test('each say in a sentence what they make sure of', () => {
    for (const { name, summary } of preflightChecks.all) assert.ok(summary.length > 10, name)
  })
})
