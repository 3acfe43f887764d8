import * as assert from 'uvu/assert'
import { guardPlugins } from '../../harness/cluster/guard-plugins.ts'
import { anExchange } from '../../harness/contract/driven-exchange.ts'
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

const slips = () => {
  throw new Error('slipped')
}

/** A driver whose methods throw, unless `changes` has others, guarded as one of this target plugin. */
function aGuarded(plugin: string, changes: Partial<TargetDriver> = {}) {
  const clock = new VirtualClock()
  const told: string[] = []
  const driver: TargetDriver = {
    compile: (request) => request,
    start: slips,
    abort: slips,
    endSession: slips,
    createClient: () => ({}),
    stats: slips,
    quiesce: () => Promise.reject(new Error('slipped')),
    close: () => Promise.reject(new Error('slipped')),
    ...changes,
  }
  const plan = { targets: { main: { plugin, config: {} } }, plugins: [PLUGIN] }
  guardPlugins(plan, new Map([['main', driver]]), clock, (message) => told.push(message))
  return { clock, told, driver }
}

const SLIPPED = 'plugin echo threw: slipped'

describe('The guard of plugins', (test) => {
  for (const method of ['start', 'abort'] as const)
    test(`settles once, as code and not inside ${method}, what a driver throws on`, async () => {
      const { clock, told, driver } = aGuarded('echo')
      const exchange = anExchange(null)
      driver[method](exchange)
      assert.is(exchange.settledCount, 0)

      await clock.advance(1)
      assert.equal([exchange.settledCount, exchange.kind], [1, 'code'])
      assert.equal([exchange.errorText, ...told], [SLIPPED, SLIPPED])
    })

  test('tells of what is thrown at the end of a session, while connections are counted, and when all is closed', async () => {
    const { told, driver } = aGuarded('echo')
    driver.endSession(0)
    assert.equal(driver.stats(), { openConnections: 0, waiting: 0 })
    await driver.quiesce?.(0)
    await driver.close()

    assert.equal(told, Array(4).fill(SLIPPED))
  })

  test('lets the third throw within a second through, which ends the shard, wherever they were', () => {
    const { driver } = aGuarded('echo')
    driver.start(anExchange(null))
    driver.endSession(0)
    assert.throws(() => driver.abort(anExchange(null)), /plugin echo threw: slipped: 3 times within a second/)
  })

  test('bears throws that are further apart', async () => {
    const { clock, driver } = aGuarded('echo')
    for (let i = 0; i < 10; i++) {
      driver.start(anExchange(null))
      await clock.advance(600)
    }
  })

  test('names a driver that held the loop while it started a request', () => {
    let tookMs = 50
    const { clock, told, driver } = aGuarded('echo', { start: () => clock.freeze(tookMs) })
    driver.start(anExchange(null))
    assert.equal(told, [])

    tookMs = 80
    driver.start(anExchange(null))
    assert.equal(told, ['plugin echo held the loop for 80ms while it started a request'])
  })

  test('leaves our own drivers as they are', () => {
    const { driver } = aGuarded('http')
    assert.throws(() => driver.start(anExchange(null)), /^slipped$/)
    assert.throws(() => driver.stats(), /^slipped$/)
  })
})
