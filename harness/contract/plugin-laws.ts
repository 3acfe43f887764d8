/** Laws of the plugin itself, beside any driver. */
import * as assert from 'uvu/assert'
import type { DeclareLaw } from './laws.ts'
import { clock } from './target-bench.ts'
import { CAPABILITIES, type Request, type TargetCase } from './target-case.ts'

/** Laws of schemas, names and the probe. */
export function declarePluginLaws(
  test: DeclareLaw,
  { plugin, withTarget, has = [], lacks = {} }: TargetCase,
): void {
  test('shows every capability, or says why it has none', () => {
    const silent = CAPABILITIES.filter((name) => !has.includes(name) && !lacks[name])
    const both = CAPABILITIES.filter((name) => has.includes(name) && lacks[name] !== undefined)

    assert.equal({ silent, both }, { silent: [], both: [] })
  })

  test('refuses requests with keys it does not know', () =>
    withTarget(({ answered }) => {
      assert.is(plugin.requestSchema.safeParse({ ...answered, nonsense: 1 }).success, false)
      assert.is(plugin.configSchema.safeParse({ nonsense: 1 }).success, false)
      return Promise.resolve()
    }))

  test('names requests and hosts without asking anybody', () =>
    withTarget(({ answered, config }) => {
      assert.ok(plugin.nameOf(plugin.requestSchema.parse(answered) as Request).length > 0)
      for (const host of plugin.hostsOf(config)) assert.match(host, /^(127\.0\.0\.1|localhost)$/)
      return Promise.resolve()
    }))

  test('is reachable when it is there', () =>
    withTarget(async ({ config }) => {
      const found = await plugin.probe(config, clock)

      assert.ok(found === null || found.reachable, found?.message)
    }))
}
