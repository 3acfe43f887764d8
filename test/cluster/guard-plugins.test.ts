import * as assert from 'uvu/assert'
import { guardPlugins } from '../../harness/cluster/guard-plugins.ts'
import { anExchange, type DrivenExchange } from '../../harness/contract/driven-exchange.ts'
import type { OutsidePlugin } from '../../harness/model/plan.ts'
import type { TargetDriver } from '../../harness/ports/target.ts'
import { describe } from '../kit/suite.ts'
import { VirtualClock } from '../kit/virtual-clock.ts'

const PLUGIN: OutsidePlugin = {
  name: 'echo',
  place: 'echo.ts',
  version: null,
  contract: 2,
  integrity: 'sha256-0',
  isPinned: false,
  isNative: false,
  needs: {},
  provides: { targets: ['echo'] },
  bundle: '/echo.mjs',
  bundleHash: '0',
}

/** A driver whose `start` throws, guarded as one of this target plugin. */
function aGuarded(plugin: string) {
  const clock = new VirtualClock()
  const told: string[] = []
  const driver = {
    start: () => {
      throw new Error('slipped')
    },
  } as unknown as TargetDriver
  const plan = { targets: { main: { plugin, config: {} } }, plugins: [PLUGIN] }
  guardPlugins(plan, new Map([['main', driver]]), clock, (message) => told.push(message))
  return { clock, told, start: (exchange: DrivenExchange) => driver.start(exchange) }
}

describe('The guard of plugins', (test) => {
  test('settles once, as code and not inside start, what a driver throws on', async () => {
    const { clock, told, start } = aGuarded('echo')
    const exchange = anExchange(null)
    start(exchange)
    assert.is(exchange.settledCount, 0)

    await clock.advance(1)
    assert.equal([exchange.settledCount, exchange.kind], [1, 'code'])
    assert.equal([exchange.errorText, ...told], Array(2).fill('plugin echo threw: slipped'))
  })

  test('lets the third throw within a second through, which ends the shard', () => {
    const { start } = aGuarded('echo')
    start(anExchange(null))
    start(anExchange(null))
    assert.throws(() => start(anExchange(null)), /plugin echo threw: slipped: 3 times within a second/)
  })

  test('bears throws that are further apart', async () => {
    const { clock, start } = aGuarded('echo')
    for (let i = 0; i < 10; i++) {
      start(anExchange(null))
      await clock.advance(600)
    }
  })

  test('leaves our own drivers as they are', () => {
    const { start } = aGuarded('http')
    assert.throws(() => start(anExchange(null)), /^slipped$/)
  })
})
