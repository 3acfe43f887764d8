import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import * as assert from 'uvu/assert'
import { createSystemClock } from '../../../harness/base/clock.ts'
import { anExchange, type DrivenExchange, driveStep } from '../../../harness/contract/driven-exchange.ts'
import type { TargetDriver } from '../../../harness/ports/target.ts'
import { httpPlugin } from '../../../harness/targets/http/index.ts'
import { withDeafServer } from '../../kit/deaf-server.ts'
import { withDriver } from '../../kit/drive.ts'
import { answer, goaway, setting, withFrameServer } from '../../kit/frame-server.ts'
import { closedPort, type OnRequest, withRawServer } from '../../kit/raw-server.ts'
import { describe } from '../../kit/suite.ts'
import { LOCALHOST_CERT_FILE, LOCALHOST_TLS } from '../../kit/tls.ts'
import { until } from '../../kit/until.ts'

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const HOUR_MS = 3_600_000
/** Deadlines that no jump of the clock passes. */
const PATIENT = { connectMs: 1e9, firstByteMs: 1e9, totalMs: 1e9 }
const MAX_CONCURRENT_STREAMS = 3

const system = createSystemClock()

/** A clock that a test moves ahead. */
function movableClock() {
  let aheadMs = 0
  return {
    clock: { ...system, nowMs: () => system.nowMs() + aheadMs },
    moveOn() {
      aheadMs += HOUR_MS
    },
  }
}

function start(driver: TargetDriver, agent = 0) {
  let settle: (exchange: DrivenExchange) => void = () => undefined
  const settled = new Promise<DrivenExchange>((resolve) => {
    settle = resolve
  })
  const request = driver.compile(httpPlugin.requestSchema.parse({ path: '/' }), 'step')
  const exchange = anExchange(request, { agent, timeouts: PATIENT }, settle)
  driver.start(exchange)
  return { exchange, settled }
}

const get = (driver: TargetDriver, agent = 0) => start(driver, agent).settled

const answering: OnRequest = (socket) => socket.write(OK)

/** The hours of a duration: of what a moved clock added to it. */
const hours = (durationMs: number) => Math.floor(durationMs / HOUR_MS)

/** Hours until the first byte, and those of them spent connecting. */
function hoursOf({ connectMs, sentMs }: DrivenExchange, startMs: number): [number, number] {
  return [hours(sentMs - startMs), hours(connectMs)]
}

async function withTlsServer(body: (url: string) => Promise<void>): Promise<void> {
  const server = createServer(LOCALHOST_TLS, (_, response) => response.end('ok'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await body(`https://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

describe('Connect time', (test) => {
  const overHttp1 = (body: (url: string) => Promise<void>) => withRawServer(answering, ({ url }) => body(url))
  const overHttp2 = (body: (url: string) => Promise<void>) =>
    withFrameServer({ onRequest: (socket, { stream }) => void socket.write(answer(stream)) }, ({ url }) =>
      body(url),
    )
  const tls = { tls: { ca: LOCALHOST_CERT_FILE } }
  for (const [name, withServer, config] of [
    ['HTTP/1.1', overHttp1, {}],
    ['HTTP/1.1 with TLS', withTlsServer, tls],
    ['HTTP/2', overHttp2, { version: 2 }],
  ] as const)
    test(`is of the request that opened the connection, and none of the next: ${name}`, () =>
      withServer(async (url) => {
        const { clock, moveOn } = movableClock()
        await withDriver(
          httpPlugin,
          { url, ...config },
          async (driver) => {
            const startMs = clock.nowMs()
            const first = start(driver)
            moveOn()
            const opened = await first.settled
            const next = await get(driver)

            assert.equal(hoursOf(opened, startMs), [1, 1])
            assert.ok(opened.connectMs <= opened.sentMs - startMs)
            assert.is(next.connectMs, 0)
          },
          { clock },
        )
      }))

  test('counts for each agent that has a connection of its own', () =>
    withRawServer(answering, ({ url }) =>
      withDriver(httpPlugin, { url }, async (driver) => {
        for (const agent of [0, 1, 2]) assert.ok((await get(driver, agent)).connectMs > 0)
        for (const agent of [0, 1, 2]) assert.is((await get(driver, agent)).connectMs, 0)
      }),
    ))

  test('holds no wait for a connection that is busy', () => {
    const { clock, moveOn } = movableClock()
    let place = 0
    const slow: OnRequest = (socket) => {
      if (place++ === 0) moveOn()
      socket.write(OK)
    }
    return withRawServer(slow, ({ url }) =>
      withDriver(
        httpPlugin,
        { url },
        async (driver) => {
          const startMs = clock.nowMs()
          const [first, second] = await Promise.all([get(driver, 0), get(driver, 1)])

          assert.equal([hoursOf(first, startMs), first.connectMs > 0], [[0, 0], true])
          assert.equal([hoursOf(second, startMs), second.connectMs], [[1, 0], 0])
        },
        { clock, connections: 1 },
      ),
    )
  })

  test('holds no wait for a turn among the streams of a session', () =>
    withFrameServer(
      {
        settings: setting(MAX_CONCURRENT_STREAMS, 1),
        onRequest: (socket, { stream }) => void socket.write(answer(stream)),
      },
      ({ url }) =>
        withDriver(httpPlugin, { url, version: 2 }, async (driver) => {
          assert.ok((await get(driver)).connectMs > 0)
          const all = Promise.all([get(driver), get(driver), get(driver)])
          assert.is(driver.stats().waiting, 2)

          assert.equal(
            (await all).map(({ connectMs }) => connectMs),
            [0, 0, 0],
          )
        }),
    ))

  test('is of every request that waits for the same session', () => {
    const { clock, moveOn } = movableClock()
    return withFrameServer(
      { onRequest: (socket, { stream }) => void socket.write(answer(stream)) },
      ({ url }) =>
        withDriver(
          httpPlugin,
          { url, version: 2 },
          async (driver) => {
            const startMs = clock.nowMs()
            const all = [get(driver), get(driver)]
            moveOn()

            for (const seen of await Promise.all(all)) assert.equal(hoursOf(seen, startMs), [1, 1])
          },
          { clock },
        ),
    )
  })

  test('ends at the first byte: what a redirect opens is part of the service time', () => {
    const { clock, moveOn } = movableClock()
    const redirecting: OnRequest = (socket, place) => {
      if (place > 0) return void socket.write(OK)
      socket.end('HTTP/1.1 302 Found\r\nLocation: /next\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      // The client reads this and connects again, an hour later.
      moveOn()
    }
    return withRawServer(redirecting, (server) =>
      withDriver(
        httpPlugin,
        { url: server.url, followRedirects: 1 },
        async (driver) => {
          const startMs = clock.nowMs()
          const seen = await get(driver)

          assert.equal([seen.kind, server.connectionCount], ['none', 2])
          assert.equal([hoursOf(seen, startMs), hours(seen.doneMs - seen.sentMs)], [[0, 0], 1])
          assert.ok(seen.connectMs > 0)
        },
        { clock },
      ),
    )
  })

  test('is of a request that finds its session ended by the server', () =>
    withFrameServer(
      {
        onRequest: (socket, { stream, place }) =>
          void socket.write(Buffer.concat([answer(stream), ...(place === 0 ? [goaway(stream)] : [])])),
      },
      (server) =>
        withDriver(httpPlugin, { url: server.url, version: 2 }, async (driver) => {
          await get(driver)
          await until(() => driver.stats().openConnections === 0)
          const seen = await get(driver)

          assert.equal([seen.kind, server.connectionCount], ['none', 2])
          assert.ok(seen.connectMs > 0)
        }),
    ))

  for (const version of [1, 2])
    test(`is all that a refused request took, over version ${version}`, async () => {
      const { clock, moveOn } = movableClock()
      const port = await closedPort()
      await withDriver(
        httpPlugin,
        { url: `http://127.0.0.1:${port}`, version },
        async (driver) => {
          const startMs = clock.nowMs()
          const refused = start(driver)
          moveOn()
          const seen = await refused.settled

          assert.equal([seen.kind, seen.sentMs], ['refused', 0])
          assert.equal([hours(seen.connectMs), hours(seen.doneMs - startMs)], [1, 1])
        },
        { clock },
      )
    })

  test('lasts until it is given up', () =>
    withDeafServer(async (port) => {
      // Where the backlog never fills, connecting succeeds at once.
      if (port === null) return
      for (const version of [1, 2])
        await withDriver(httpPlugin, { url: `http://127.0.0.1:${port}`, version }, async (driver) => {
          const timeouts = { connectMs: 60, firstByteMs: 5000, totalMs: 5000 }
          const seen = await driveStep(httpPlugin, driver, { path: '/' }, { timeouts })

          assert.equal([seen.kind, seen.sentMs], ['timeout-connect', 0])
          assert.ok(seen.connectMs >= 60)
        })
    }))
})
