import { readFile } from 'node:fs/promises'
import * as assert from 'uvu/assert'
import { createSystemClock } from '../../../harness/base/clock.ts'
import { keyOf, uniformAt } from '../../../harness/base/random.ts'
import { Bridge } from '../../../harness/targets/sandbox/bridge.ts'
import { FaultInjector } from '../../../harness/targets/sandbox/fault-injector.ts'
import { COMPONENT_LAWS, quantileOf } from '../../../harness/targets/sandbox/latency-law.ts'
import { createRouteTable, type RouteMatch } from '../../../harness/targets/sandbox/routes.ts'
import { openStores, type Stores } from '../../../harness/targets/sandbox/stores.ts'
import { withScratch } from '../../kit/sandbox.ts'
import { describe } from '../../kit/suite.ts'

const clock = createSystemClock()
const SEED = 11

interface Bench {
  readonly bridge: Bridge
  readonly faults: FaultInjector
  readonly stores: Stores
  readonly match: (path: string) => RouteMatch
}

function withBridge(body: (bench: Bench) => Promise<void>): Promise<void> {
  return withScratch(async (folder) => {
    const stores = await openStores(folder)
    const faults = new FaultInjector(clock, SEED)
    const table = createRouteTable()
    const bridge = new Bridge({ clock, seed: SEED, stores, faults })
    await body({ bridge, faults, stores, match: (path) => table.find(path)! })
    await stores.close()
  })
}

describe('Bridge', (test) => {
  test('takes at least the drawn time of each part, the n-th run of an operation always the same', () =>
    withBridge(async ({ bridge, match }) => {
      const law = COMPONENT_LAWS.policy!
      for (const run of [0, 1, 2]) {
        await bridge.run(match('/items/7'), clock.nowMs())
        const { times } = await bridge.run(match('/operations/agent-list'), clock.nowMs())
        const drawnMs = quantileOf(law, uniformAt(SEED, keyOf('agent-list/policy'), run))
        const policyMs = times[0]?.durationMs ?? 0
        assert.is(times[0]?.name, 'policy')
        assert.ok(policyMs >= drawnMs, `run ${run}: ${policyMs} ms, drawn ${drawnMs} ms`)
      }
    }))

  test('goes through the parts one after the other', () =>
    withBridge(async ({ bridge, match }) => {
      const startMs = clock.nowMs()
      const { times } = await bridge.run(match('/operations/policy-publish'), startMs)
      const elapsedMs = clock.nowMs() - startMs

      assert.equal(
        times.map((time) => time.name),
        ['policy', 'llm', 'expert', 'filesystem', 'event-store'],
      )
      assert.ok(times.reduce((sum, time) => sum + time.durationMs, 0) <= elapsedMs)
      assert.ok(elapsedMs >= 5 + 20 + 10 + 1.5)
    }))

  test('writes each operation into the event log, under the id it answers with', () =>
    withBridge(async ({ bridge, match, stores }) => {
      await bridge.run(match('/operations/agent-list'), clock.nowMs())
      const { reply } = await bridge.run(match('/operations/agent-list'), clock.nowMs())
      const lines = (await readFile(stores.eventLogPath, 'utf8')).trim().split('\n')
      const event = JSON.parse(lines[1] ?? '') as Record<string, unknown>

      assert.is(lines.length, 2)
      assert.equal([event['id'], event['operation'], event['class']], ['agent-list-2', 'agent-list', 'safe'])
      assert.is((reply.value as { id: string }).id, 'agent-list-2')
    }))

  test('multiplies the slowed part only', () =>
    withBridge(async ({ bridge, match, faults }) => {
      faults.replace({ slow: { factor: 10, component: 'policy' } })
      const { times } = await bridge.run(match('/operations/agent-list'), clock.nowMs())
      const drawnMs = quantileOf(COMPONENT_LAWS.policy!, uniformAt(SEED, keyOf('agent-list/policy'), 0))

      assert.ok((times[0]?.durationMs ?? 0) >= 10 * drawnMs)
    }))

  test('slows a part that is measured by what it really took', () =>
    withBridge(async ({ bridge, match, faults, stores }) => {
      faults.replace({ slow: { factor: 1000, component: 'filesystem' } })
      const startMs = clock.nowMs()
      await stores.readDocument()
      const readMs = clock.nowMs() - startMs
      const { times } = await bridge.run(match('/operations/agent-list'), clock.nowMs())

      assert.is(times[1]?.name, 'filesystem')
      assert.ok((times[1]?.durationMs ?? 0) > 2 * readMs)
    }))

  test('takes the fixed time in place of the parts, from the instant the request was seen', () =>
    withBridge(async ({ bridge, match, faults }) => {
      faults.replace({ fixed: { ms: 30 } })
      const seenMs = clock.nowMs() - 20
      const startMs = clock.nowMs()
      const { times } = await bridge.run(match('/operations/policy-publish'), seenMs)

      assert.equal(
        times.map((time) => time.name),
        ['operation'],
      )
      assert.ok((times[0]?.durationMs ?? 0) >= 30)
      assert.ok(clock.nowMs() - startMs >= 10)
    }))

  test('answers with the injected status and says when an answer shall break off', () =>
    withBridge(async ({ bridge, match, faults }) => {
      faults.replace({ errors: { ratio: 1, status: 503 }, reset: { ratio: 1 }, fixed: { ms: 0 } })
      const { reply, breaksOff } = await bridge.run(match('/items'), clock.nowMs())

      assert.equal([reply.status, breaksOff], [503, true])
    }))
})
