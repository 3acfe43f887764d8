import * as assert from 'uvu/assert'
import { hostsAllowed, isLoopback } from '../../harness/preflight/hosts-allowed.ts'
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
        ['blocked', 'shop.example would be loaded or asked, and was not allowed'],
        ['blocked', 'api.example would be loaded or asked, and was not allowed'],
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
      [['blocked', 'metrics.example would be loaded or asked, and was not allowed']],
    )
  })

  test('lets load go to a host that was named, whatever the case, and to no other', async () => {
    assert.equal(await levelsFor(['http://shop.example'], ['Shop.Example']), ['ok'])
    assert.equal(await levelsFor(['http://[2001:db8::1]:80'], ['2001:db8::1']), ['ok'])
    assert.equal(await levelsFor(['http://shop.example'], ['example']), ['blocked'])
    assert.equal(await levelsFor(['http://shop.example'], ['*']), ['blocked'])
  })

  test('names a host of several targets once', async () => {
    assert.is((await findingsFor(['http://shop.example/', 'http://shop.example:81'])).length, 1)
  })
})

describe('isLoopback', (test) => {
  test('knows the names and addresses of this machine', () => {
    for (const host of ['localhost', 'LOCALHOST', '127.0.0.1', '127.8.8.8', '::1', '[::1]'])
      assert.ok(isLoopback(host), host)
  })

  test('is not taken in by names that look like them', () => {
    for (const host of [
      '127.0.0.1.example',
      'localhost.example',
      '0.0.0.0',
      '10.0.0.1',
      '127.1',
      '::',
      'example',
    ])
      assert.not.ok(isLoopback(host), host)
  })
})
