import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import * as assert from 'uvu/assert'
import { createSystemClock } from '../../../harness/base/clock.ts'
import { httpPlugin } from '../../../harness/targets/http/index.ts'
import { closedPort, type OnRequest, withRawServer } from '../../kit/raw-server.ts'
import { describe } from '../../kit/suite.ts'
import { LOCALHOST_TLS } from '../../kit/tls.ts'

const clock = createSystemClock()

const probe = (config: object) => httpPlugin.probe(httpPlugin.configSchema.parse(config), clock)

const saying =
  (text: string): OnRequest =>
  (socket) =>
    socket.write(text, 'latin1')

describe('probe of the http target', (test) => {
  test('says what answered, and when', () =>
    withRawServer(
      saying('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'),
      async ({ url, requests }) => {
        const found = await probe({
          url: `${url}/shop`,
          headers: { authorization: 'Bearer {{secret.TOKEN}}' },
        })

        assert.is(found?.reachable, true)
        assert.match(found?.message ?? '', /\/shop answered 404 in [\d.]+/)
        assert.ok((found?.elapsedMs ?? 0) > 0)
        assert.is(requests.length, 1)
        assert.match(requests[0] ?? '', /^GET \/shop\/ HTTP\/1\.1\r\n/)
      },
    ))

  test('is not content with a gateway that has nobody behind it', async () => {
    for (const [status, reachable] of [
      [500, true],
      [502, false],
      [503, false],
      [504, false],
    ] as const)
      await withRawServer(saying(`HTTP/1.1 ${status} X\r\nContent-Length: 0\r\n\r\n`), async ({ url }) => {
        assert.is((await probe({ url }))?.reachable, reachable)
      })
  })

  test('says why nothing answered', async () => {
    const refused = await probe({ url: `http://127.0.0.1:${await closedPort()}` })
    assert.is(refused?.reachable, false)
    assert.match(refused?.message ?? '', 'refused')

    await withRawServer(saying('hello\r\n'), async ({ url }) => {
      const garbage = await probe({ url })
      assert.is(garbage?.reachable, false)
      assert.match(garbage?.message ?? '', 'protocol')
    })
  })

  test('says how to trust a certificate that nobody vouches for', async () => {
    const server = createServer(LOCALHOST_TLS, (_request, response) => response.end())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    const [found, trusted] = [await probe({ url }), await probe({ url, tls: { verify: false } })]
    await new Promise((resolve) => server.close(resolve))

    assert.equal([found?.reachable, trusted?.reachable, trusted?.hint], [false, true, undefined])
    assert.match(found?.hint ?? '', /tls: \{ ca: FILE \}/)
  })

  test('never throws, not even for what cannot be read', async () => {
    const found = await probe({ url: 'https://127.0.0.1:1', tls: { ca: '/nowhere/ca.pem' } })

    assert.is(found?.reachable, false)
    assert.match(found?.message ?? '', 'tls.ca')
  })
})
