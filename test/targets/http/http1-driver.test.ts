import type { AddressInfo, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import * as assert from 'uvu/assert'
import { createSystemClock } from '../../../harness/base/clock.ts'
import { anExchange, driveStep } from '../../../harness/contract/driven-exchange.ts'
import { OPEN_ENDED } from '../../../harness/model/open-ended.ts'
import type { TargetDriver } from '../../../harness/ports/target.ts'
import type { HttpClient } from '../../../harness/targets/http/client.ts'
import { httpPlugin } from '../../../harness/targets/http/index.ts'
import { clientOf, withDriver } from '../../kit/drive.ts'
import { type OnRequest, type RawBehaviour, type RawServer, withRawServer } from '../../kit/raw-server.ts'
import { describe } from '../../kit/suite.ts'
import { LOCALHOST_TLS } from '../../kit/tls.ts'

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const clock = createSystemClock()

function saying(text: string): OnRequest {
  return (socket) => socket.write(text, 'latin1')
}

function withPair(
  behaviour: RawBehaviour | OnRequest,
  body: (driver: TargetDriver, server: RawServer) => Promise<void>,
  config: Readonly<Record<string, unknown>> = {},
  connections: number | null = null,
  basePath = '',
): Promise<void> {
  return withRawServer(behaviour, (server) =>
    withDriver(httpPlugin, { url: server.url + basePath, ...config }, (driver) => body(driver, server), {
      connections,
    }),
  )
}

const get = (driver: TargetDriver, path = '/', agent = 0) =>
  driveStep(httpPlugin, driver, { path }, { agent })

/** Resolves at the end of the loop's present turn. */
const soon = () => new Promise<void>((resolve) => clock.soon(resolve))

/** @param cut whether the connection ends without the farewell of TLS */
async function openEnded(head: string, isCut: boolean) {
  const faults: unknown[] = []
  const server = createTlsServer(LOCALHOST_TLS, (socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => {
      const text = `HTTP/1.1 200 OK\r\n${head}\r\nhalf`
      if (isCut) socket.write(text, () => (socket as unknown as { _parent?: Socket })._parent?.destroy())
      else socket.end(text)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `https://localhost:${(server.address() as AddressInfo).port}`
  const events = { measure: () => undefined, fault: (...fault: unknown[]) => void faults.push(fault) }
  try {
    await withDriver(
      httpPlugin,
      { url, tls: { verify: false } },
      async (driver) => {
        const { kind } = await get(driver)
        faults.unshift(kind)
      },
      { events },
    )
  } finally {
    server.close()
  }
  return faults
}

describe('Http1Driver', (test) => {
  for (const isCut of [true, false])
    test(`notes an answer over TLS whose end only the connection tells, cut or not: ${isCut}`, async () => {
      assert.equal(await openEnded('', isCut), ['none', ['step', 'protocol', OPEN_ENDED]])
      assert.equal(await openEnded('Content-Length: 4\r\n', isCut), ['none'])
    })

  test('reads one answer byte by byte as it reads it whole', async () => {
    const answer =
      'HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n2;x=y\r\nok\r\n0\r\nT: u\r\n\r\n'
    const slowly: OnRequest = (socket, place) => {
      socket.setNoDelay(true)
      if (place === 0) return void socket.write(answer)
      let at = 0
      const next = () => {
        if (at < answer.length) socket.write(answer[at++] as string, () => setImmediate(next))
      }
      next()
    }
    await withPair(slowly, async (driver, server) => {
      for (const path of ['/whole', '/slowly']) {
        const seen = await get(driver, path)
        assert.equal([seen.kind, seen.status, seen.text, seen.header?.('x-a')], ['none', 200, 'ok', 'b'])
        assert.is(seen.bytesReceived, answer.length)
      }
      assert.is(server.connectionCount, 1)
    })
  })

  test('stamps sent, first byte and done in this order, and counts bytes both ways', async () => {
    await withPair(saying(OK), async (driver, server) => {
      const beforeMs = clock.nowMs()
      const seen = await get(driver)

      assert.ok(beforeMs <= seen.sentMs && seen.sentMs <= seen.firstByteMs)
      assert.ok(seen.firstByteMs <= seen.doneMs && seen.doneMs <= clock.nowMs())
      assert.is(seen.bytesReceived, OK.length)
      assert.is(seen.bytesSent, server.requests[0]?.length)
    })
  })

  test('keeps nothing of an answer that nobody reads', async () => {
    await withPair(saying(OK), async (driver) => {
      const seen = await driveStep(httpPlugin, driver, { path: '/' }, { keepAnswer: false })

      assert.equal([seen.status, seen.header, seen.body], [200, null, null])
    })
  })

  test('gives every agent a connection of its own and uses it again', async () => {
    await withPair(saying(OK), async (driver, server) => {
      for (const agent of [0, 1, 2, 0, 1, 2]) assert.is((await get(driver, '/', agent)).kind, 'none')

      assert.is(server.connectionCount, 3)
      assert.equal(driver.stats().openConnections, 3)
    })
  })

  for (const [settings, most] of [
    [{ connectionsPerAgent: 6 }, 6],
    [{ connectionsPerAgent: 1 }, 1],
    [{ connections: 3 }, 3],
  ] as const)
    test(`has ${most} of eight requests of one agent at the server at once: ${JSON.stringify(settings)}`, () => {
      const held: Socket[] = []
      let left = 8
      return withRawServer(
        (socket) => {
          held.push(socket)
          if (held.length < Math.min(most, left)) return
          left -= held.length
          for (const one of held.splice(0)) one.write(OK)
        },
        async (server) => {
          await withDriver(
            httpPlugin,
            { url: server.url },
            async (driver) => {
              const asked = Array.from({ length: 8 }, () => get(driver))
              assert.is(driver.stats().waiting, 8 - most)
              const seen = await Promise.all(asked)

              assert.is(server.connectionCount, most)
              const isOwn = !('connections' in settings)
              assert.is(seen.filter(({ ownWaitMs }) => ownWaitMs > 0).length, isOwn ? 8 - most : 0)
              for (let i = 0; i < 3; i++) await get(driver)
              assert.is(server.connectionCount, most)
            },
            settings,
          )
        },
      )
    })

  test('carries several requests of one agent at once, all of them to their end', async () => {
    await withPair(saying(OK), async (driver, server) => {
      const seen = await Promise.all(['/1', '/2', '/3'].map((path) => get(driver, path)))

      assert.equal(
        seen.map(({ kind }) => kind),
        ['none', 'none', 'none'],
      )
      assert.is(server.requests.length, 3)
    })
  })

  test('shares a bounded pool first come first served, and shows who waits', async () => {
    const held: (() => void)[] = []
    const holding: OnRequest = (socket) => held.push(() => socket.write(OK))
    await withPair(
      holding,
      async (driver, server) => {
        const running = [0, 1, 2, 3].map((agent) => get(driver, `/${agent}`, agent))
        while (held.length === 0) await soon()
        assert.equal({ ...driver.stats() }.waiting, 3)
        const letGo = setInterval(() => held.shift()?.(), 1)
        const seen = await Promise.all(running)
        clearInterval(letGo)

        assert.is(server.connectionCount, 1)
        assert.equal(
          server.requests.map((head) => head.split(' ')[1]),
          ['/0', '/1', '/2', '/3'],
        )
        for (let i = 1; i < seen.length; i++)
          assert.ok((seen[i]?.sentMs ?? 0) >= (seen[i - 1]?.doneMs ?? Number.NaN))
        assert.is(driver.stats().waiting, 0)
      },
      {},
      1,
    )
  })

  test('connects again after the server has closed', async () => {
    const closing: OnRequest = (socket) =>
      socket.end(`HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the end`)
    await withPair(closing, async (driver, server) => {
      for (let i = 0; i < 2; i++) assert.is((await get(driver)).text, 'until the end')

      assert.is(server.connectionCount, 2)
    })
  })

  test('sends an idempotent request again, once, when a kept connection dies under it', async () => {
    let refused = 0
    const dying: OnRequest = (socket, place) => {
      if (place === 0) return void socket.write(OK)
      refused++
      socket.resetAndDestroy()
    }
    await withPair(dying, async (driver, server) => {
      await get(driver)
      const seen = await get(driver)

      assert.is(seen.kind, 'reset')
      assert.is(refused, 2)
      assert.is(server.connectionCount, 2)
    })
  })

  test('answers from the second attempt as if there had been one', async () => {
    const dyingOnce: OnRequest = (socket, place) =>
      place === 1 ? socket.resetAndDestroy() : socket.write(OK)
    await withPair(dyingOnce, async (driver, server) => {
      await get(driver)
      const seen = await get(driver)

      assert.equal([seen.kind, seen.status, seen.settledCount], ['none', 200, 1])
      assert.is(server.requests.length, 3)
    })
  })

  test('never sends a POST twice', async () => {
    const dying: OnRequest = (socket, place) => (place === 0 ? socket.write(OK) : socket.resetAndDestroy())
    await withPair(dying, async (driver, server) => {
      await get(driver)
      const seen = await driveStep(httpPlugin, driver, { method: 'POST', path: '/', body: 'x' })

      assert.is(seen.kind, 'reset')
      assert.is(server.requests.length, 2)
    })
  })

  test('does not wait for a body where there is none', async () => {
    const bodiless: OnRequest = (socket, place) =>
      socket.write(
        [
          'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n',
          'HTTP/1.1 204 No Content\r\n\r\n',
          'HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n',
        ][place] as string,
      )
    await withPair(bodiless, async (driver, server) => {
      const head = await driveStep(httpPlugin, driver, { method: 'HEAD', path: '/' })

      assert.equal([head.status, head.text, head.header?.('content-length')], [200, '', '99'])
      assert.is((await get(driver)).status, 204)
      assert.is((await get(driver)).status, 304)
      assert.is(server.connectionCount, 1)
    })
  })

  test('decodes gzip and brotli for those who read the body', async () => {
    const bodies = [
      ['gzip', gzipSync('zipped')],
      ['br', brotliCompressSync('brotli')],
    ] as const
    const coded: OnRequest = (socket, place) => {
      const [coding, body] = bodies[place] as (typeof bodies)[number]
      socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: ${coding}\r\nContent-Length: ${body.length}\r\n\r\n`)
      socket.write(body)
    }
    await withPair(coded, async (driver) => {
      assert.is((await get(driver)).text, 'zipped')
      assert.is((await get(driver)).text, 'brotli')
    })
  })

  test('puts variables where they are harmless', async () => {
    await withPair(saying(OK), async (driver, server) => {
      const request = {
        method: 'POST',
        path: '/items/{{id}}?q={{q}}',
        headers: { 'X-Note': '{{note}}' },
        json: { text: 'say {{q}}' },
      }
      const variables = { id: '../a b', q: 'x&y="1"', note: 'a\r\nEvil: yes' }
      await driveStep(httpPlugin, driver, request, { variables })
      const head = server.requests[0] as string

      assert.match(head, /^POST \/items\/\.\.%2Fa%20b\?q=x%26y%3D%221%22 HTTP\/1\.1\r\n/)
      assert.not.match(head, /^Evil/m)
      assert.match(head, /^Content-Type: application\/json\r$/m)
      assert.match(
        head,
        new RegExp(`^Content-Length: ${JSON.stringify({ text: 'say x&y="1"' }).length}\r$`, 'm'),
      )
    })
  })

  test('sends nothing while a variable is missing, and says which', async () => {
    await withPair(saying(OK), async (driver, server) => {
      const seen = await get(driver, '/items/{{id}}')

      assert.is(seen.kind, 'code')
      assert.match(seen.errorText, 'id')
      assert.is(server.requests.length, 0)
    })
  })

  test('keeps the cookies of each agent apart, and forgets them when it leaves', async () => {
    const cookies: OnRequest = (socket, place) =>
      socket.write(`HTTP/1.1 200 OK\r\nSet-Cookie: seen=${place}; Path=/\r\nContent-Length: 0\r\n\r\n`)
    await withPair(cookies, async (driver, server) => {
      await get(driver, '/', 0)
      await get(driver, '/', 1)
      await get(driver, '/', 0)
      driver.endSession(0)
      await get(driver, '/', 0)
      const sent = server.requests.map((head) => /^Cookie: (.*)\r$/m.exec(head)?.[1])

      assert.equal(sent, [undefined, undefined, 'seen=0', undefined])
    })
  })

  test('ignores cookies when told to', async () => {
    const cookies = saying('HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n')
    await withPair(
      cookies,
      async (driver, server) => {
        await get(driver)
        await get(driver)

        assert.not.match(server.requests[1] as string, /cookie/i)
      },
      { cookies: false },
    )
  })

  test('follows redirects within its origin, as GET unless the server insists', async () => {
    const moving: OnRequest = (socket, place) =>
      socket.write(
        [
          'HTTP/1.1 307 Temporary\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n',
          'HTTP/1.1 303 See Other\r\nLocation: c?x=1\r\nContent-Length: 0\r\n\r\n',
          OK,
        ][place] as string,
      )
    await withPair(
      moving,
      async (driver, server) => {
        const seen = await driveStep(httpPlugin, driver, { method: 'POST', path: '/a', json: 'x' })

        assert.equal([seen.kind, seen.status, seen.text], ['none', 200, 'ok'])
        assert.equal(
          server.requests.map((head) => head.split(' HTTP')[0]),
          ['POST /a', 'POST /b', 'GET /c?x=1'],
        )
        assert.match(server.requests[1] as string, /^content-type/im)
        assert.not.match(server.requests[2] as string, /^content-/im)
      },
      { followRedirects: 5 },
    )
  })

  test('leaves a redirect alone unless told to follow', async () => {
    await withPair(
      saying('HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n'),
      async (driver) => {
        assert.equal([(await get(driver)).kind, (await get(driver)).status], ['none', 302])
      },
    )
  })

  test('sends what code asks for', async () => {
    await withPair(
      saying(OK),
      async (driver, server) => {
        const client = clientOf<HttpClient>(driver)
        const answer = await client.put('/items/7', {
          form: { a: '1 2', b: '{{x}}' },
          headers: { 'X-Own': 'yes' },
        })
        await client.delete('/items/7')

        assert.equal([answer.ok, answer.status, answer.text()], [true, 200, 'ok'])
        assert.match(server.requests[0] as string, /^PUT \/base\/items\/7 HTTP/)
        assert.match(server.requests[0] as string, /^X-Own: yes\r$/m)
        assert.match(server.requests[0] as string, /^X-All: always\r$/m)
        assert.match(server.requests[0] as string, /^Content-Length: 21\r$/m)
        assert.match(server.requests[1] as string, /^DELETE \/base\/items\/7 HTTP/)
      },
      { headers: { 'X-All': 'always' } },
      null,
      '/base',
    )
  })

  test('gives an exchange up wherever it is: waiting for a connection, or for its answer', async () => {
    await withPair(
      () => undefined,
      async (driver, server) => {
        const request = driver.compile({ method: 'GET', path: '/' }, 'step')
        const settled: string[] = []
        const exchanges = ['sent', 'waiting'].map((name) =>
          anExchange(request, {}, ({ kind }) => settled.push(`${name} ${kind}`)),
        )
        for (const exchange of exchanges) driver.start(exchange)
        while (server.requests.length === 0) await soon()
        for (const exchange of [...exchanges].reverse()) driver.abort(exchange)
        for (let turn = 0; turn < 5; turn++) await soon()
        for (const exchange of exchanges) driver.abort(exchange)
        await soon()

        assert.equal(settled.sort(), ['sent aborted', 'waiting aborted'])
        assert.is(driver.stats().waiting, 0)
      },
      {},
      1,
    )
  })

  test('settles everything when it is closed, and leaves no socket', async () => {
    await withRawServer(
      () => undefined,
      async (server) => {
        const settled: string[] = []
        await withDriver(httpPlugin, { url: server.url }, async (driver) => {
          for (const agent of [0, 1, 2])
            driver.start(
              anExchange(driver.compile({ method: 'GET', path: '/' }, 'step'), { agent }, ({ kind }) =>
                settled.push(kind),
              ),
            )
          while (server.requests.length < 3) await soon()
          await driver.close()
          await soon()

          assert.is(driver.stats().openConnections, 0)
        })
        assert.equal(settled, ['aborted', 'aborted', 'aborted'])
      },
    )
  })

  test('takes an answer that comes before the request was read, and does not use that connection again', async () => {
    const hasty: RawBehaviour = {
      onConnection: (socket, place) => {
        if (place > 0) return
        socket.pause()
        socket.write('HTTP/1.1 413 Too Much\r\nContent-Length: 0\r\n\r\n')
      },
      onRequest: (socket) => socket.write(OK),
    }
    await withPair(hasty, async (driver, server) => {
      const body = 'x'.repeat(20_000_000)
      const seen = await driveStep(httpPlugin, driver, { method: 'POST', path: '/', body })
      const next = await get(driver)

      assert.equal([seen.kind, seen.status], ['none', 413])
      assert.equal([next.kind, next.status], ['none', 200])
      assert.is(server.connectionCount, 2)
    })
  })

  test('does not use a connection that the server is about to close', async () => {
    let aheadMs = 0
    const shifted = { ...clock, nowMs: () => clock.nowMs() + aheadMs }
    const polite = saying('HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5, max=9\r\nContent-Length: 2\r\n\r\nok')
    await withRawServer(polite, (server) =>
      withDriver(
        httpPlugin,
        { url: server.url },
        async (driver) => {
          await get(driver)
          aheadMs += 3500
          await get(driver)
          assert.is(server.connectionCount, 1)
          aheadMs += 4500
          assert.is((await get(driver)).kind, 'none')
          assert.is(server.connectionCount, 2)
        },
        { clock: shifted },
      ),
    )
  })
})
