import * as assert from 'uvu/assert'
import { createSystemClock } from '../../harness/base/clock.ts'
import { resourceProbes } from '../../harness/probes/index.ts'
import { describe } from '../kit/suite.ts'

const clock = createSystemClock()

/** Something of each plugin that is not there. */
const ABSENT: Readonly<Record<string, Record<string, unknown>>> = {
  process: { pid: 2 ** 22 + 1 },
  prometheus: { url: 'http://127.0.0.1:1/metrics', metric: 'm', rate: true },
  cgroup: { path: '/proofload/none' },
}

describe('Resource probes', (test) => {
  test('are found by name', () => {
    assert.equal([...resourceProbes.names].sort(), Object.keys(ABSENT).sort())
  })

  for (const plugin of resourceProbes.all) {
    const config = ABSENT[plugin.name] ?? {}
    const start = () => plugin.create(plugin.configSchema.parse(config), { clock, note: () => undefined })

    test(`of kind ${plugin.name} have a configuration that parsing twice does not change`, () => {
      const once = plugin.configSchema.parse(config)
      assert.equal(plugin.configSchema.parse(once), once)
    })

    test(`of kind ${plugin.name} give null for what is not there, however often they are asked at once`, async () => {
      const probe = start()
      assert.equal(await Promise.all([probe.sample(), probe.sample(), probe.sample()]), [null, null, null])
      probe.stop()
    })

    test(`of kind ${plugin.name} may be stopped twice, and in the middle of a sample`, async () => {
      const probe = start()
      const pending = probe.sample()
      probe.stop()
      probe.stop()
      assert.equal([await pending, await probe.sample()], [null, null])
    })
  }
})
