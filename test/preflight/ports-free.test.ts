import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import * as assert from 'uvu/assert'
import { portsFree } from '../../harness/preflight/ports-free.ts'
import { aRunPlan } from '../kit/plan-builders.ts'
import { aPreflightContext } from '../kit/preflight-context.ts'
import { describe } from '../kit/suite.ts'

const findingFor = async (port: number) =>
  (
    await portsFree.check(
      aPreflightContext({ plan: aRunPlan({ targets: { main: { plugin: 'sandbox', config: { port } } } }) }),
    )
  )[0]

describe('portsFree', (test) => {
  test('needs no port when the run may take any', async () => {
    assert.is((await findingFor(0))?.message, 'no fixed port needed')
  })

  test('does not mind the run itself on the port it asked for', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const config = { port, url: `http://127.0.0.1:${port}` }
    const plan = aRunPlan({ targets: { main: { plugin: 'sandbox', config } } })
    const findings = await portsFree.check(aPreflightContext({ plan }))
    server.close()
    assert.equal(
      findings.map(({ level }) => level),
      ['ok'],
    )
  })

  test('blocks on a port where something listens, and is content once it is gone', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const taken = await findingFor(port)
    server.close()
    await once(server, 'close')

    assert.is(taken?.level, 'blocked')
    assert.is(taken?.message, `port ${port} cannot be used (EADDRINUSE)`)
    assert.is((await findingFor(port))?.level, 'ok')
  })
})
