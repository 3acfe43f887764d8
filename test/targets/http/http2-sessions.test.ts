import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import * as assert from 'uvu/assert'
import { driveStep } from '../../../harness/contract/driven-exchange.ts'
import { httpPlugin } from '../../../harness/targets/http/index.ts'
import { withDeafServer } from '../../kit/deaf-server.ts'
import { withDriver } from '../../kit/drive.ts'
import { withHttp2Server } from '../../kit/http2-server.ts'
import { closedPort, withRawServer } from '../../kit/raw-server.ts'
import { describe, SKIP_MARKER } from '../../kit/suite.ts'
import { LOCALHOST_TLS } from '../../kit/tls.ts'

/** Error kind of one GET to a URL. */
async function kindAt(url: string, config: object = {}, timeouts = {}): Promise<string> {
  let kind = ''
  await withDriver(httpPlugin, { url, version: 2, ...config }, async (driver) => {
    kind = (await driveStep(httpPlugin, driver, { path: '/' }, { timeouts })).kind
  })
  return kind
}

describe('Http2Sessions', (test) => {
  test('tells the ways of not connecting apart', async () => {
    assert.is(await kindAt(`http://127.0.0.1:${await closedPort()}`), 'refused')
    assert.is(await kindAt('http://nobody.invalid'), 'dns')
    await withHttp2Server(
      () => undefined,
      async ({ url }) => assert.is(await kindAt(url), 'tls'),
      { secure: true },
    )
  })

  test('does not fall back to HTTP/1.1 unseen', async () => {
    const server = createHttpsServer(LOCALHOST_TLS, (_, response) => response.end())
    server.on('tlsClientError', () => undefined)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`

    assert.ok(['tls', 'protocol'].includes(await kindAt(url, { tls: { verify: false } })))

    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  test('gives up connecting in its own time, and tries again for the next request', () =>
    withDeafServer(async (port) => {
      if (port === null) {
        process.stdout.write(
          `\n${SKIP_MARKER} Http2Sessions: gives up connecting - the backlog never fills here\n`,
        )
        return
      }
      await withDriver(httpPlugin, { url: `http://127.0.0.1:${port}`, version: 2 }, async (driver) => {
        const timeouts = { connectMs: 60, firstByteMs: 5000, totalMs: 5000 }
        for (let round = 0; round < 2; round++)
          assert.is(
            (await driveStep(httpPlugin, driver, { path: '/' }, { timeouts })).kind,
            'timeout-connect',
          )
      })
    }))

  test('opens a session again after it was lost', async () => {
    await withHttp2Server(
      (stream, _headers, place, session) => {
        stream.respond({ ':status': 200 })
        stream.end()
        if (place === 0) stream.on('close', () => session.close())
      },
      ({ url }) =>
        withDriver(httpPlugin, { url, version: 2 }, async (driver, clock) => {
          assert.is((await driveStep(httpPlugin, driver, { path: '/' })).kind, 'none')
          while (driver.stats().openConnections > 0) await new Promise<void>((resolve) => clock.soon(resolve))
          assert.is((await driveStep(httpPlugin, driver, { path: '/' })).kind, 'none')
        }),
    )
  })

  test('leaves no socket when it closes, connected or connecting', () =>
    withRawServer({}, ({ url, port }) =>
      withHttp2Server(
        (stream) => stream.respond({ ':status': 204 }, { endStream: true }),
        async (server) => {
          await withDriver(httpPlugin, { url: server.url, version: 2 }, async (driver) => {
            await driveStep(httpPlugin, driver, { path: '/' })
            assert.is(driver.stats().openConnections, 1)
            await driver.close()
            assert.is(driver.stats().openConnections, 0)
          })
          await withDriver(
            httpPlugin,
            { url: url.replace('http:', 'https:'), version: 2 },
            async (driver) => {
              const timeouts = { connectMs: 60, firstByteMs: 60, totalMs: 60 }
              await driveStep(httpPlugin, driver, { path: '/' }, { timeouts })
              await driver.close()
              assert.ok(port > 0)
            },
          )
        },
      ),
    ))
})
