import * as assert from 'uvu/assert'
import { hostsAllowed } from '../../harness/preflight/hosts-allowed.ts'
import { aRunPlan } from '../kit/plan-builders.ts'
import { aPreflightContext } from '../kit/preflight-context.ts'
import { describe } from '../kit/suite.ts'

function findingsFor(urls: readonly string[], allowHosts: readonly string[] = []) {
  const targets = Object.fromEntries(
    urls.map((url, i) => [`t${i}`, { plugin: 'http', config: { url } }] as const),
  )
  return hostsAllowed.check(aPreflightContext({ plan: aRunPlan({ targets, allowHosts }) }))
}

const levelsFor = async (...parameters: Parameters<typeof findingsFor>) =>
  (await findingsFor(...parameters)).map(({ level }) => level)

describe('hostsAllowed', (test) => {
  test('lets load go to loopback without a word', async () => {
    assert.equal(await levelsFor(['http://127.0.0.1:1', 'http://localhost:2', 'http://[::1]:3']), ['ok'])
  })

  test('blocks any other host, each by name, and says how to allow it', async () => {
    const findings = await findingsFor([
      'http://127.0.0.1:1',
      'http://shop.example',
      'https://api.example:8443',
    ])

    assert.equal(
      findings.map(({ level, message }) => [level, message]),
      [
        ['blocked', 'the run would contact shop.example, which is not allowed'],
        ['blocked', 'the run would contact api.example, which is not allowed'],
      ],
    )
    assert.match(findings[0]?.hint ?? '', '--allow-host shop.example')
  })

  test('blocks the host of a probe like that of a target', async () => {
    const probes = {
      gc: { plugin: 'prometheus', config: { url: 'http://metrics.example:9090', query: 'up' } },
    }
    const findings = await hostsAllowed.check(aPreflightContext({ plan: aRunPlan({ probes }) }))
    assert.equal(
      findings.map(({ level, message }) => [level, message]),
      [['blocked', 'the run would contact metrics.example, which is not allowed']],
    )
  })

  test('lets load go to a host that was named, whatever the case, and to no other', async () => {
    assert.equal(await levelsFor(['http://shop.example'], ['Shop.Example']), ['ok'])
    assert.equal(await levelsFor(['http://[2001:db8::1]:80'], ['2001:db8::1']), ['ok'])
    assert.equal(await levelsFor(['http://shop.example'], ['example']), ['blocked'])
    assert.equal(await levelsFor(['http://shop.example'], ['*']), ['blocked'])
  })

  test('looks where localhost is, and does not trust a hosts file that says elsewhere, whoever allowed the name', async () => {
    const targets = { main: { plugin: 'http', config: { url: 'http://localhost:80' } } }
    const plan = aRunPlan({ targets, allowHosts: ['localhost'] })
    const at = (...addresses: string[]) =>
      hostsAllowed.check(aPreflightContext({ plan, addressesOf: () => Promise.resolve(addresses) }))
    assert.equal((await at('127.0.0.1', '::1'))[0]?.level, 'ok')
    const [finding] = await at('127.0.0.1', '192.0.2.2')
    assert.equal(
      [finding?.level, finding?.message],
      ['blocked', 'localhost is 192.0.2.2 on this machine, not loopback'],
    )
  })

  test('names a host of several targets once', async () => {
    assert.is((await findingsFor(['http://shop.example/', 'http://shop.example:81'])).length, 1)
  })
})
