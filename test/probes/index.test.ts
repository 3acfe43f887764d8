import * as assert from 'uvu/assert'
import { createSystemClock } from '../../harness/base/clock.ts'
import type { PluginPlan } from '../../harness/model/plan.ts'
import { cgroupProbe } from '../../harness/probes/cgroup.ts'
import { resourceProbes } from '../../harness/probes/index.ts'
import { processProbe } from '../../harness/probes/process.ts'
import { prometheusProbe } from '../../harness/probes/prometheus.ts'
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

const url = 'http://127.0.0.1:9090'

describe('Builders of probes', (test) => {
  const BUILT: readonly PluginPlan[] = [
    processProbe({ pid: 7 }),
    processProbe({ port: 7070, tree: true }),
    prometheusProbe({ url, query: 'sum(rate(http_requests_total[1m]))', headers: { authorization: 'x' } }),
    prometheusProbe({ url, metric: 'gc_sum', labels: { kind: 'major' }, rate: true }),
    cgroupProbe({ path: '/system.slice/shop.service' }),
    cgroupProbe({ pid: 7 }),
  ]
  for (const { plugin, config } of BUILT) {
    test(`write what the plugin understands: ${plugin} ${JSON.stringify(config)}`, () => {
      const parsed = resourceProbes.get(plugin).configSchema.parse(config)
      for (const [key, value] of Object.entries(config)) assert.equal(parsed[key], value)
    })
  }
})
