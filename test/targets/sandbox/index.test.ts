import * as assert from 'uvu/assert'
import { createSystemClock } from '../../../harness/base/clock.ts'
import { sandboxPlugin } from '../../../harness/targets/sandbox/index.ts'
import { visit, withScratch } from '../../kit/sandbox.ts'
import { describe } from '../../kit/suite.ts'

const clock = createSystemClock()

describe('sandboxPlugin', (test) => {
  test('needs no configuration, and sends load to loopback only', () => {
    const config = sandboxPlugin.configSchema.parse({})

    assert.equal(config, { port: 0, faults: {} })
    assert.equal(sandboxPlugin.hostsOf(config), ['127.0.0.1'])
  })

  test('refuses configuration it does not know, and faults it cannot take', () => {
    for (const wrong of [{ prot: 7070 }, { port: -1 }, { faults: { slow: { factor: 'ten' } } }])
      assert.not.ok(sandboxPlugin.configSchema.safeParse(wrong).success)
  })

  test('has nothing to look at before it is launched', async () => {
    assert.is(await sandboxPlugin.probe({ port: 0, faults: {} }, clock), null)
  })

  test('launches with the configured faults, answers a probe, and is gone when stopped', () =>
    withScratch(async (scratchDir) => {
      const config = sandboxPlugin.configSchema.parse({ faults: { errors: { ratio: 1, status: 503 } } })
      const launched = await sandboxPlugin.launch!(config, { clock, seed: 5, scratchDir })
      const url = String(launched.config['url'])
      try {
        assert.is((await visit(`${url}/items`)).status, 503)
        assert.ok((await sandboxPlugin.probe(launched.config, clock))?.reachable)
      } finally {
        await launched.stop()
      }
      assert.not.ok((await sandboxPlugin.probe(launched.config, clock))?.reachable)
    }))

  test("takes the run's seed unless it has one of its own", () =>
    withScratch(async (scratchDir) => {
      const seedOf = async (own: Readonly<Record<string, unknown>>) => {
        const config = sandboxPlugin.configSchema.parse(own)
        const launched = await sandboxPlugin.launch!(config, { clock, seed: 5, scratchDir })
        const front = await visit(`${String(launched.config['url'])}/`)
        await launched.stop()
        return (JSON.parse(front.body) as { seed: number }).seed
      }
      assert.equal([await seedOf({}), await seedOf({ seed: 9 })], [5, 9])
    }))
})
