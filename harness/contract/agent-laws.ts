/** Laws of agents that share a driver, and of its end. */
import * as assert from 'uvu/assert'
import { driveStep } from './driven-exchange.ts'
import { aDriverContext } from './driver-context.ts'
import type { DeclareLaw } from './laws.ts'
import { AGENTS, clock, openResources, type TargetBench, turns, until } from './target-bench.ts'
import type { TargetCase } from './target-case.ts'

/** Laws of several agents, and of what is left at the end. */
export function declareAgentLaws(
  test: DeclareLaw,
  { plugin, withTarget }: TargetCase,
  { withBench }: TargetBench,
): void {
  for (const connections of [null, 2])
    test(`carries many agents at once, ${connections === null ? 'each on its own' : 'sharing connections'}`, () =>
      withBench(
        async ({ ask, answered, driver }) => {
          const rounds = Array.from({ length: 5 * AGENTS }, (_, index) =>
            ask(answered, { agent: index % AGENTS }),
          )
          const kinds = (await Promise.all(rounds)).map(({ kind }) => kind)

          assert.equal(kinds, Array(5 * AGENTS).fill('none'))
          assert.is(driver.stats().waiting, 0)
        },
        { connections },
      ))

  test('forgets an agent that leaves, whether it was ever there or not', () =>
    withBench(async ({ ask, answered, driver }) => {
      driver.endSession(AGENTS - 1)
      await ask(answered)
      driver.endSession(0)

      assert.is((await ask(answered)).kind, 'none')
    }))

  test('closes with nothing left: what was under way is aborted, no connection stays', () =>
    withBench(async ({ start, ask, silent, answered, driver }) => {
      await ask(answered)
      const running = [start(silent), start(silent), start(silent, { agent: 1 })]
      await turns(3)
      await driver.close()

      for (const { settled } of running) assert.is((await settled).kind, 'aborted')
      assert.equal([driver.stats().openConnections, driver.stats().waiting], [0, 0])
    }))

  test('tells connecting from waiting: no part of a response time is negative', () =>
    withBench(async ({ ask, answered }) => {
      for (let i = 0; i < 3; i++) {
        const intendedMs = clock.nowMs()
        const { connectMs, sentMs, doneMs } = await ask(answered, { intendedMs })
        const parts = [sentMs - intendedMs - connectMs, connectMs, doneMs - sentMs]

        assert.ok(
          parts.every((part) => part >= 0),
          parts.join(' '),
        )
      }
    }))

  test('has been waited for in the time it is given', () =>
    withBench(async ({ driver, ask, answered }) => {
      await ask(answered)
      const dueMs = clock.nowMs() + 50
      await driver.quiesce?.(dueMs)

      assert.ok(clock.nowMs() < dueMs + 5000)
    }))

  test('leaves no handle', () =>
    withTarget(async ({ config, code = () => undefined, allowCommands = [], answered }) => {
      const before = openResources()
      const driver = await plugin.createDriver(
        config,
        aDriverContext(clock, { agents: AGENTS, code, allowCommands }),
      )
      await driveStep(plugin, driver, answered)
      await driver.close()

      await until(() => openResources() <= before)
    }))
}
