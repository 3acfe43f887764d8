import * as assert from 'uvu/assert'
import { outputsAllowed } from '../../harness/preflight/outputs-allowed.ts'
import { resolveScenario } from '../../harness/scenario/resolve.ts'
import { aPreflightContext } from '../kit/preflight-context.ts'
import { describe } from '../kit/suite.ts'

const remoteWrite = (url: string) => ({ to: { far: { plugin: 'remote-write', config: { url } } } })

function findingsFor(
  outputs: object,
  { byConfig, addresses = ['127.0.0.1'] }: { byConfig?: unknown; addresses?: readonly string[] } = {},
) {
  const document = {
    name: 'outputs',
    target: { plugin: 'http', config: { url: 'http://127.0.0.1:1' } },
    workload: { pattern: 'constant-rate', rate: '1/s', duration: '10s' },
    journeys: { run: { steps: [{ request: { path: '/' } }] } },
    outputs,
  }
  const plan = resolveScenario(document, { outputs: { byFlag: {}, byConfig } }, 1)
  return outputsAllowed.check(aPreflightContext({ plan, addressesOf: () => Promise.resolve(addresses) }))
}

describe('outputsAllowed', (test) => {
  for (const url of [
    'http://metrics.example.org/write',
    'http://10.0.0.1/',
    'http://[::ffff:10.0.0.1]/',
    'http://167772161/',
  ])
    test(`blocks a scenario that alone would send figures to ${url}`, async () => {
      const [finding] = await findingsFor(remoteWrite(url), { addresses: ['203.0.113.9'] })

      assert.is(finding?.level, 'blocked')
      assert.match(finding?.message ?? '', /the scenario alone would send figures to .* \(output far\)/)
      assert.match(finding?.hint ?? '', /--output remote-write=URL/)
    })

  test('lets figures go to loopback', async () => {
    const found = await findingsFor(remoteWrite('http://127.0.0.1:9090/api/v1/write'))
    assert.equal(
      found.map(({ level }) => level),
      ['ok'],
    )
  })

  test('lets proofload.config send them anywhere, also under a name of the scenario', async () => {
    const far = remoteWrite('http://metrics.example.org/write')
    const found = await findingsFor({ to: {} }, { byConfig: far })
    assert.equal(
      found.map(({ level }) => level),
      ['ok'],
    )
  })

  test('is content where there are none', async () => {
    const [finding] = await findingsFor({ to: {} })
    assert.is(finding?.message, 'figures go to no output')
  })
})
