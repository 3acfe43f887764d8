import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import * as assert from 'uvu/assert'
import { Random } from '../../../harness/base/random.ts'
import {
  type DrivenExchange,
  type DriveOptions,
  driveStep,
} from '../../../harness/contract/driven-exchange.ts'
import { httpPlugin } from '../../../harness/targets/http/index.ts'
import { withDriver } from '../../kit/drive.ts'
import { onlyLimit } from '../../kit/only-limit.ts'
import { closedPort, type OnRequest, type RawBehaviour, withRawServer } from '../../kit/raw-server.ts'
import { describe } from '../../kit/suite.ts'

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

/** What becomes of one GET against a server that behaves like this. */
async function outcomeOf(
  behaviour: RawBehaviour | OnRequest,
  options: DriveOptions = {},
  config: Readonly<Record<string, unknown>> = {},
): Promise<DrivenExchange> {
  let seen: DrivenExchange | undefined
  await withRawServer(behaviour, ({ url }) =>
    withDriver(httpPlugin, { url, ...config }, async (driver) => {
      seen = await driveStep(httpPlugin, driver, { path: '/' }, options)
    }),
  )
  return seen as DrivenExchange
}

/** Says its piece and leaves the connection open. */
function saying(text: string): OnRequest {
  return (socket) => socket.write(text, 'latin1')
}

/** Says its piece and closes in order. */
function sayingLast(text: string): OnRequest {
  return (socket) => socket.end(text, 'latin1')
}

/** Writes for as long as the other side reads. */
function writeForEver(socket: Socket, piece: string): void {
  const more = () => {
    while (!socket.destroyed && socket.write(piece));
  }
  socket.on('drain', more)
  more()
}

describe('a hostile HTTP server', (test) => {
  test('that is not there is refused', async () => {
    const port = await closedPort()
    await withDriver(httpPlugin, { url: `http://127.0.0.1:${port}` }, async (driver) => {
      const seen = await driveStep(httpPlugin, driver, { path: '/' })

      assert.is(seen.kind, 'refused')
      assert.match(seen.errorText, 'ECONNREFUSED')
      assert.ok(seen.doneMs > 0)
      assert.is(seen.sentMs, 0)
    })
  })

  // A label longer than 63 letters fails in the resolver itself: no question leaves the machine.
  test('whose name nobody can have is a dns error', async () => {
    await withDriver(httpPlugin, { url: `http://${'x'.repeat(64)}.invalid` }, async (driver) => {
      assert.is((await driveStep(httpPlugin, driver, { path: '/' })).kind, 'dns')
    })
  })

  const endings: readonly (readonly [title: string, behaviour: RawBehaviour | OnRequest, kind: string])[] = [
    ['accepts and closes', { onConnection: (socket) => socket.end() }, 'reset'],
    ['accepts and resets', { onConnection: (socket) => socket.resetAndDestroy() }, 'reset'],
    ['closes instead of answering', (socket) => socket.end(), 'reset'],
    ['resets instead of answering', (socket) => socket.resetAndDestroy(), 'reset'],
    ['closes after half a head', sayingLast('HTTP/1.1 200 OK\r\nContent-Le'), 'reset'],
    ['closes after half a status line', sayingLast('HTTP/1.'), 'reset'],
    [
      'closes before the length it stated',
      sayingLast('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'),
      'reset',
    ],
    [
      'closes before the last chunk',
      sayingLast('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n'),
      'reset',
    ],
    ['speaks something else', saying('220 mail.example.org ESMTP\r\n'), 'protocol'],
    ['speaks binary', saying('\x16\x03\x01\x00\xff\x00'), 'protocol'],
    ['speaks HTTP/2.0 in the status line', saying('HTTP/2.0 200 OK\r\n\r\n'), 'protocol'],
    ['speaks HTTP/0.9', saying('<html>hello</html>'), 'protocol'],
    ['has no status', saying('HTTP/1.1 abc OK\r\n\r\n'), 'protocol'],
    ['switches protocols', saying('HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n'), 'protocol'],
    ['has a header without a name', saying('HTTP/1.1 200 OK\r\n: x\r\n\r\n'), 'protocol'],
    ['has a blank before a colon', saying('HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok'), 'protocol'],
    ['folds a header', saying('HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n'), 'protocol'],
    [
      'states two lengths',
      saying('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok'),
      'protocol',
    ],
    ['states a list of lengths', saying('HTTP/1.1 200 OK\r\nContent-Length: 2, 3\r\n\r\nok'), 'protocol'],
    ['states a negative length', saying('HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok'), 'protocol'],
    [
      'states a length and chunks',
      saying('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
      'protocol',
    ],
    [
      'states an unknown coding and a length',
      saying('HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nContent-Length: 2\r\n\r\nok'),
      'protocol',
    ],
    [
      'sends a chunk without a size',
      saying('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nok\r\n0\r\n\r\n'),
      'protocol',
    ],
    [
      'sends a chunk longer than its size',
      saying('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nokay\r\n0\r\n\r\n'),
      'protocol',
    ],
    [
      'states an absurd length',
      saying('HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n'),
      'protocol',
    ],
    ['ends its lines with LF alone', saying('HTTP/1.1 200 OK\nContent-Length: 2\n\nok'), 'protocol'],
    [
      'puts a control character into a header',
      saying('HTTP/1.1 200 OK\r\nX-A: \u0001\r\nContent-Length: 2\r\n\r\nok'),
      'protocol',
    ],
    [
      'ends a trailer without a colon',
      saying('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nno colon\r\n\r\n'),
      'protocol',
    ],
    [
      'states an absurd chunk',
      saying('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n'),
      'too-large',
    ],
    [
      'sends 10 MB of headers',
      (socket) => socket.write(`HTTP/1.1 200 OK\r\n${'A: b\r\n'.repeat(1_700_000)}`),
      'too-large',
    ],
    [
      'sends one header without end',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nA: ')
        writeForEver(socket, 'x'.repeat(10_000))
      },
      'too-large',
    ],
    [
      'sends trailers without end',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n')
        writeForEver(socket, 'A: b\r\n'.repeat(2_000))
      },
      'too-large',
    ],
    ['is silent', () => undefined, 'timeout-first-byte'],
    ['is silent after half a head', saying('HTTP/1.1 200 OK\r\nContent-'), 'timeout-total'],
    ['is silent in mid-body', saying('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'), 'timeout-total'],
    [
      'never stops announcing an answer',
      (socket) => writeForEver(socket, 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(100)),
      'timeout-total',
    ],
  ]
  for (const [title, behaviour, kind] of endings) {
    test(`that ${title} is ${kind}`, async () => {
      const seen = await outcomeOf(behaviour, { timeouts: onlyLimit(kind) })

      assert.is(seen.kind, kind)
      assert.not.equal(seen.errorText, '')
      assert.ok(seen.doneMs > 0)
      assert.is(seen.settledCount, 1)
    })
  }

  test('that resets in mid-body is reset, and what came is counted', async () => {
    const seen = await outcomeOf((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf', () =>
        setTimeout(() => socket.resetAndDestroy(), 20),
      )
    })

    assert.is(seen.kind, 'reset')
    assert.is(seen.bytesReceived, 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'.length)
    assert.ok(seen.firstByteMs >= seen.sentMs && seen.doneMs >= seen.firstByteMs)
  })

  test('whose body never ends is too large, whether it is kept or not', async () => {
    for (const keepAnswer of [true, false]) {
      const endless: OnRequest = (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        writeForEver(socket, 'x'.repeat(10_000))
      }
      const seen = await outcomeOf(endless, { keepAnswer }, { maxBody: '100KiB' })

      assert.is(seen.kind, 'too-large')
      assert.is(seen.body, null)
    }
  })

  test('whose body is exactly the largest is answered, one byte more is too large', async () => {
    const kindOf = async (bytes: number) =>
      (
        await outcomeOf(
          saying(`HTTP/1.1 200 OK\r\nContent-Length: ${bytes}\r\n\r\n${'x'.repeat(bytes)}`),
          {},
          { maxBody: '1KiB' },
        )
      ).kind

    assert.equal([await kindOf(1024), await kindOf(1025)], ['none', 'too-large'])
  })

  test('whose gzip grows beyond the bound is too large', async () => {
    const bomb = gzipSync(Buffer.alloc(1_000_000))
    const seen = await outcomeOf(
      (socket) => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`)
        socket.write(bomb)
      },
      {},
      { maxBody: '100KiB' },
    )

    assert.is(seen.kind, 'too-large')
    assert.is(seen.body, null)
  })

  test('whose gzip is none is a protocol error, unless nobody reads the body', async () => {
    const lying = saying('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nok')

    assert.is((await outcomeOf(lying)).kind, 'protocol')
    assert.is((await outcomeOf(lying, { keepAnswer: false })).kind, 'none')
  })

  test('that sends a body after a 204 loses the connection, not the answer', async () => {
    const behaviour = saying('HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nok')
    await withRawServer(behaviour, (server) =>
      withDriver(httpPlugin, { url: server.url }, async (driver) => {
        const statuses = [
          (await driveStep(httpPlugin, driver, { path: '/1' })).status,
          (await driveStep(httpPlugin, driver, { path: '/2' })).status,
        ]

        assert.equal(statuses, [204, 204])
        assert.is(server.connectionCount, 2)
      }),
    )
  })

  test('that answers more than it was asked loses the connection', async () => {
    await withRawServer(saying(OK + OK), (server) =>
      withDriver(httpPlugin, { url: server.url }, async (driver) => {
        assert.is((await driveStep(httpPlugin, driver, { path: '/1' })).text, 'ok')
        assert.is((await driveStep(httpPlugin, driver, { path: '/2' })).text, 'ok')
        assert.is(server.connectionCount, 2)
      }),
    )
  })

  test('that speaks before it is asked is not listened to', async () => {
    const talkative: RawBehaviour = {
      onConnection: (socket, place) =>
        place === 0 && socket.write('HTTP/1.1 408 Too Slow\r\nContent-Length: 0\r\n\r\n'),
      onRequest: (socket) => socket.write(OK),
    }
    await withRawServer(talkative, (server) =>
      withDriver(httpPlugin, { url: server.url }, async (driver) => {
        const seen = await driveStep(httpPlugin, driver, { path: '/' })

        assert.ok(seen.status === 200 || seen.status === 408)
        assert.is((await driveStep(httpPlugin, driver, { path: '/' })).status, 200)
      }),
    )
  })

  test('that redirects in a circle is a protocol error after the allowed number', async () => {
    const circle = saying('HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n')
    const seen = await outcomeOf(circle, {}, { followRedirects: 3 })

    assert.is(seen.kind, 'protocol')
    assert.match(seen.errorText, '3 redirects')
  })

  test('that redirects to another host is not followed', async () => {
    const elsewhere = saying('HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n')
    const seen = await outcomeOf(elsewhere, {}, { followRedirects: 3 })

    assert.is(seen.kind, 'protocol')
    assert.match(seen.errorText, '192.0.2.1')
  })

  test('that reports nonsense times is answered, with the times that make sense', async () => {
    const seen = await outcomeOf(
      saying(
        'HTTP/1.1 200 OK\r\nServer-Timing: ;;;,=,db;dur=1.5,"x;dur=3,\r\nServer-Timing: a b;dur=1, cache;dur=-1, app;dur=2\r\nContent-Length: 0\r\n\r\n',
      ),
    )

    assert.is(seen.kind, 'none')
    assert.equal(seen.components[0], ['db', 1.5])
    for (const [, durationMs] of seen.components) assert.ok(durationMs >= 0)
  })

  test('that does everything wrong at random settles every exchange once, and the next is answered', async () => {
    const random = new Random(7)
    const moods: readonly OnRequest[] = [
      saying(OK),
      saying(OK),
      saying('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok'),
      saying('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'),
      saying(`${OK}surplus`),
      saying('garbage'),
      saying('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'),
      sayingLast('HTTP/1.1 200 OK\r\n\r\nuntil close'),
      sayingLast('HTTP/1.1 200 OK\r\nContent-Le'),
      (socket) => socket.resetAndDestroy(),
      (socket) => socket.end(),
      () => undefined,
    ]
    // What is silent is given up at these; a busy machine answers the rest before.
    const timeouts = { connectMs: 5000, firstByteMs: 500, totalMs: 1000 }
    const kinds = new Set<string>()
    let isKind = false
    const moody: OnRequest = (socket, place) => (isKind ? saying(OK) : random.pick(moods))(socket, place)
    for (const connections of [null, 3])
      await withRawServer(moody, ({ url }) =>
        withDriver(
          httpPlugin,
          { url },
          async (driver) => {
            isKind = false
            const paths = Array.from({ length: 120 }, (_, i) => i)
            const all = await Promise.all(
              paths.map((i) => driveStep(httpPlugin, driver, { path: `/${i}` }, { agent: i % 40, timeouts })),
            )
            isKind = true

            assert.ok(all.every(({ settledCount, doneMs }) => settledCount === 1 && doneMs > 0))
            for (const { kind } of all) kinds.add(kind)
            assert.is(driver.stats().waiting, 0)
            for (const agent of [0, 1, 2, 3]) {
              const after = await driveStep(httpPlugin, driver, { path: '/after' }, { agent })
              assert.is(after.kind, 'none')
            }
          },
          { agents: 40, connections },
        ),
      )
    assert.ok(kinds.size >= 4, [...kinds].join())
  })
})
