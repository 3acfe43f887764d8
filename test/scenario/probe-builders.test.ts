import * as assert from 'uvu/assert'
import type { PluginPlan } from '../../harness/model/plan.ts'
import { resourceProbes } from '../../harness/probes/index.ts'
import { cgroupProbe, processProbe, prometheusProbe } from '../../harness/scenario/probe-builders.ts'
import { describe } from '../kit/suite.ts'

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
