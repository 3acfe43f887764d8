import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import * as assert from 'uvu/assert'
import { driveStep } from '../../../harness/contract/driven-exchange.ts'
import { httpPlugin } from '../../../harness/targets/http/index.ts'
import { withDriver } from '../../kit/drive.ts'
import { onlyLimit } from '../../kit/only-limit.ts'
import { withRawServer } from '../../kit/raw-server.ts'
import { describe } from '../../kit/suite.ts'
import { LOCALHOST_CERT_FILE, LOCALHOST_TLS } from '../../kit/tls.ts'

const TRUSTING = { tls: { ca: LOCALHOST_CERT_FILE } }

/** A server with TLS whose answer says how the connection was secured. */
async function withTlsServer(
  body: (url: string, port: number) => Promise<void>,
  options: object = {},
): Promise<void> {
  const server: Server = createServer({ ...LOCALHOST_TLS, ...options }, ({ socket }, response) => {
    const secured = socket as TLSSocket & { servername?: string | false }
    const resumed = secured.isSessionReused()
    response.end(JSON.stringify({ name: secured.servername, protocol: secured.alpnProtocol, resumed }))
  })
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    await body(`https://127.0.0.1:${port}`, port)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

const get = (driver: Parameters<typeof driveStep>[1], path = '/', agent = 0) =>
  driveStep(httpPlugin, driver, { path }, { agent })

describe('Wire', (test) => {
  test('refuses a certificate that nobody vouches for', () =>
    withTlsServer((url) =>
      withDriver(httpPlugin, { url }, async (driver) => {
        const seen = await get(driver)

        assert.is(seen.kind, 'tls')
        assert.match(seen.errorText, /self.signed/i)
        assert.is(seen.sentMs, 0)
      }),
    ))

  test('accepts it from an authority that was named, or when told not to look', () =>
    withTlsServer(async (url) => {
      for (const tls of [{ ca: LOCALHOST_CERT_FILE }, { verify: false }])
        await withDriver(httpPlugin, { url, tls }, async (driver) => {
          assert.equal([(await get(driver)).kind, (await get(driver)).status], ['none', 200])
        })
    }))

  test('names the host to the server, and speaks HTTP/1.1', () =>
    withTlsServer((_, port) =>
      withDriver(httpPlugin, { url: `https://localhost:${port}`, ...TRUSTING }, async (driver) => {
        const { name, protocol } = JSON.parse((await get(driver)).text)

        assert.equal([name, protocol], ['localhost', 'http/1.1'])
      }),
    ))

  test('resumes the session of the same agent, never that of another', async () => {
    // In TLS 1.2 the session comes with the handshake; closing after each answer makes every request connect anew.
    await withTlsServer(
      (url) =>
        withDriver(httpPlugin, { url, ...TRUSTING }, async (driver) => {
          const resumed = async (agent: number) => {
            const { text } = await driveStep(
              httpPlugin,
              driver,
              { path: '/', headers: { connection: 'close' } },
              { agent },
            )
            return JSON.parse(text).resumed as boolean
          }

          assert.equal([await resumed(0), await resumed(0), await resumed(1)], [false, true, false])
        }),
      { maxVersion: 'TLSv1.2' },
    )
  })

  test('blames TLS when the server does not speak it', () =>
    withRawServer(
      { onConnection: (socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n') },
      ({ port }) =>
        withDriver(httpPlugin, { url: `https://127.0.0.1:${port}` }, async (driver) => {
          assert.is((await get(driver)).kind, 'tls')
        }),
    ))

  test('calls a connection that is closed in the handshake reset', () =>
    withRawServer({ onConnection: (socket) => socket.end() }, ({ port }) =>
      withDriver(httpPlugin, { url: `https://127.0.0.1:${port}` }, async (driver) => {
        assert.is((await get(driver)).kind, 'reset')
      }),
    ))

  test('gives up a handshake that never ends', () =>
    withRawServer({}, ({ port }) =>
      withDriver(httpPlugin, { url: `https://127.0.0.1:${port}` }, async (driver) => {
        const seen = await driveStep(
          httpPlugin,
          driver,
          { path: '/' },
          { timeouts: onlyLimit('timeout-connect') },
        )

        assert.is(seen.kind, 'timeout-connect')
      }),
    ))

  test('reads any number of sockets through one buffer without mixing them up', () => {
    const bodies = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(100_000))
    return withRawServer(
      (socket, place) => {
        const body = bodies[place % bodies.length] as string
        socket.write(
          `HTTP/1.1 200 OK\r\nX-Letter: ${body[0]}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
        )
      },
      ({ url }) =>
        withDriver(httpPlugin, { url }, async (driver) => {
          for (let round = 0; round < 5; round++) {
            const seen = await Promise.all([0, 1, 2, 3].map((agent) => get(driver, '/', agent)))
            for (const { text, header } of seen) assert.is(text, (header?.('x-letter') ?? '').repeat(100_000))
          }
        }),
    )
  })

  test('leaves no socket when the driver closes', () =>
    withRawServer(
      (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
      ({ url }) =>
        withDriver(httpPlugin, { url }, async (driver) => {
          await Promise.all([0, 1, 2].map((agent) => get(driver, '/', agent)))
          assert.is(driver.stats().openConnections, 3)

          await driver.close()

          assert.is(driver.stats().openConnections, 0)
        }),
    ))
})
