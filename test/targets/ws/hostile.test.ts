/** Servers that break the protocol, break off, or do not answer: each exchange settles once, with the kind that says why. */
import type { Socket } from 'node:net'
import * as assert from 'uvu/assert'
import {
  type DrivenExchange,
  type DriveOptions,
  driveStep,
} from '../../../harness/contract/driven-exchange.ts'
import type { TargetDriver } from '../../../harness/ports/target.ts'
import { wsPlugin } from '../../../harness/targets/ws/index.ts'
import { withDriver } from '../../kit/drive.ts'
import { closedPort } from '../../kit/raw-server.ts'
import { describe } from '../../kit/suite.ts'
import {
  BINARY,
  CLOSE,
  closeFrame,
  PING,
  PONG,
  type RawWsBehaviour,
  type RawWsServer,
  TEXT,
  withRawWsServer,
  wsFrame,
} from '../../kit/ws-server.ts'

type Request = Readonly<Record<string, unknown>>
type Ask = (request: Request, options?: DriveOptions) => Promise<DrivenExchange>

const RSV1 = 0x40
const RSV2 = 0x20
const RSV3 = 0x10
const FIN = 0x80
const MIB = 1024 * 1024
/** Sends `go` and waits for one message. */
const GO = { send: { text: 'go' }, await: {} }
const OPEN = { open: '' }
/** Long enough for a server that answers, short enough for a test that waits for one that does not. */
const SHORT: DriveOptions = { timeouts: { firstByteMs: 150 } }
const SHORT_IN_ALL: DriveOptions = { timeouts: { totalMs: 150 } }

/** Asks a server that behaves so, and lives as long as the body. */
function against(
  behaviour: RawWsBehaviour,
  body: (ask: Ask, server: RawWsServer, driver: TargetDriver) => Promise<void>,
  config: Request = {},
): Promise<void> {
  return withRawWsServer(behaviour, (server) =>
    withDriver(wsPlugin, { url: server.url, ...config }, (driver) =>
      body((request, options) => driveStep(wsPlugin, driver, request, options), server, driver),
    ),
  )
}

/** A server that writes these bytes when it is sent `go`, and then does as it is told. */
const onGo = (...answer: readonly (Buffer | ((socket: Socket) => void))[]): RawWsBehaviour => ({
  onFrame(socket, { text }) {
    if (text !== 'go') return
    for (const part of answer)
      if (typeof part === 'function') part(socket)
      else socket.write(part)
  },
})

/** A frame whose head says whatever its bytes say. */
const raw = (...bytes: number[]) => Buffer.from(bytes)
const masked = () => Buffer.concat([raw(FIN | TEXT, 0x80 | 2), raw(1, 2, 3, 4), raw(0x69, 0x6b)])
const text = (content: string) => wsFrame(TEXT, content)
const destroy = (socket: Socket) => socket.destroy()
const reset = (socket: Socket) => socket.resetAndDestroy()
const end = (socket: Socket) => socket.end()

describe('A WebSocket server that breaks the protocol', (test) => {
  const cases: readonly [
    title: string,
    answer: readonly (Buffer | ((socket: Socket) => void))[],
    kind: string,
  ][] = [
    ['a masked frame', [masked()], 'protocol'],
    ['a first reserved bit', [wsFrame(TEXT, 'x', FIN | RSV1)], 'protocol'],
    ['a second reserved bit', [wsFrame(TEXT, 'x', FIN | RSV2)], 'protocol'],
    ['a third reserved bit', [wsFrame(TEXT, 'x', FIN | RSV3)], 'protocol'],
    ['text that is not UTF-8', [wsFrame(TEXT, raw(0xff, 0xfe))], 'protocol'],
    ['text that is cut in mid-character', [wsFrame(TEXT, raw(0xe2, 0x82))], 'protocol'],
    ['bad UTF-8 in the second fragment', [wsFrame(TEXT, 'a', 0), wsFrame(0, raw(0x80))], 'protocol'],
    ['an unknown opcode', [wsFrame(3, 'x')], 'protocol'],
    ['an unknown control opcode', [wsFrame(11, 'x')], 'protocol'],
    ['a continuation of nothing', [wsFrame(0, 'x')], 'protocol'],
    ['a new message within another', [wsFrame(TEXT, 'a', 0), text('b')], 'protocol'],
    ['a fragmented ping', [wsFrame(PING, 'x', 0)], 'protocol'],
    ['a ping of 126 bytes', [wsFrame(PING, 'x'.repeat(126))], 'protocol'],
    ['a close frame of one byte', [wsFrame(CLOSE, 'x')], 'protocol'],
    ['a close code that nobody may send', [closeFrame(1006)], 'protocol'],
    ['a close code below all', [closeFrame(999)], 'protocol'],
    ['a reason that is not UTF-8', [wsFrame(CLOSE, Buffer.concat([raw(3, 232), raw(0xff)]))], 'protocol'],
    [
      'a length beyond all numbers',
      [raw(FIN | TEXT, 127, 255, 255, 255, 255, 255, 255, 255, 255)],
      'too-large',
    ],
    [
      'a message above the limit, by its length alone',
      [raw(FIN | TEXT, 127, 0, 0, 0, 0, 127, 0, 0, 0)],
      'too-large',
    ],
    ['HTTP instead of frames', [Buffer.from('HTTP/1.1 200 OK\r\n\r\n')], 'protocol'],
    ['a close frame with a code', [closeFrame(1011, 'broken'), end], 'closed'],
    ['a close frame without one', [wsFrame(CLOSE), end], 'closed'],
    ['a close frame in mid-message', [wsFrame(TEXT, 'a', 0), closeFrame(1001), end], 'closed'],
    ['a close frame, and leaves the connection open', [closeFrame(1000)], 'closed'],
    ['an end in mid-message', [wsFrame(TEXT, 'a', 0), end], 'reset'],
    ['an end in mid-frame', [raw(FIN | TEXT, 10, 0x61), end], 'reset'],
    ['an end in mid-head', [raw(FIN | TEXT), end], 'reset'],
    ['an end without a close frame', [end], 'reset'],
    ['a destroyed connection', [destroy], 'reset'],
    ['a reset connection', [reset], 'reset'],
  ]
  for (const [title, answer, kind] of cases)
    test(`answers with ${title}: ${kind}, and the next session is good`, () => {
      let isFirst = true
      const behaviour = onGo(...answer)
      return against(
        {
          onFrame(socket, frame, connection) {
            if (frame.text !== 'go') return
            if (isFirst) behaviour.onFrame?.(socket, frame, connection)
            else socket.write(text('well'))
            isFirst = false
          },
        },
        async (ask) => {
          const broken = await ask(GO)
          const next = await ask(GO)

          assert.equal([broken.kind, broken.settledCount], [kind, 1], broken.errorText)
          assert.not.equal(broken.errorText, '')
          assert.equal([next.kind, next.text], ['none', 'well'])
          assert.ok(next.connectMs > 0)
        },
      )
    })

  test('says with which code it closed', () =>
    against(onGo(closeFrame(4001, 'go away'), end), async (ask) => {
      const { kind, status, errorText } = await ask(GO)

      assert.equal([kind, status], ['closed', 4001])
      assert.is(errorText, 'the server closed the session with code 4001: go away')
    }))

  test('sends more than the limit in fragments', () =>
    against(
      onGo(wsFrame(TEXT, 'x'.repeat(600), 0), wsFrame(0, 'x'.repeat(600))),
      async (ask) => assert.is((await ask(GO)).kind, 'too-large'),
      { maxMessage: '1KiB' },
    ))
})

describe('A WebSocket server that is odd, but in order', (test) => {
  const cases: readonly [title: string, answer: readonly Buffer[], body: string][] = [
    ['a message in three fragments', [wsFrame(TEXT, 'a', 0), wsFrame(0, 'b', 0), wsFrame(0, 'c')], 'abc'],
    ['pings between fragments', [wsFrame(TEXT, 'a', 0), wsFrame(PING, 'p'), wsFrame(0, 'c')], 'ac'],
    ['an empty message', [text('')], ''],
    ['empty fragments', [wsFrame(TEXT, '', 0), wsFrame(0, '', 0), wsFrame(0, 'z')], 'z'],
    [
      'a flood of pings first',
      [...Array.from({ length: 3000 }, () => wsFrame(PING, 'p')), text('at last')],
      'at last',
    ],
    ['pongs that nobody asked for', [wsFrame(PONG, 'x'), wsFrame(PONG), text('hello')], 'hello'],
    ['a frame of 1 MiB', [text('m'.repeat(MIB))], 'm'.repeat(MIB)],
    ['a length of 64 bits for a byte', [raw(FIN | TEXT, 127, 0, 0, 0, 0, 0, 0, 0, 1, 0x61)], 'a'],
    ['a length of 16 bits for a byte', [raw(FIN | TEXT, 126, 0, 1, 0x61)], 'a'],
    ['binary', [wsFrame(BINARY, 'bytes')], 'bytes'],
    [
      'a close right behind the message',
      [Buffer.concat([text('last words'), closeFrame(1000)])],
      'last words',
    ],
  ]
  for (const [title, answer, body] of cases)
    test(`answers with ${title}`, () =>
      against(onGo(...answer), async (ask) => {
        const { kind, text: got, items, errorText } = await ask(GO)

        assert.equal([kind, items], ['none', 1], errorText)
        assert.ok(got === body, `${got.length} characters instead of ${body.length}`)
      }))

  test('writes a message byte by byte: its first byte is not its last', () =>
    against(
      onGo((socket) => {
        const bytes = text('slow')
        socket.write(bytes.subarray(0, 1))
        setTimeout(() => socket.write(bytes.subarray(1)), 60)
      }),
      async (ask) => {
        const { kind, firstByteMs, doneMs } = await ask(GO)

        assert.is(kind, 'none')
        assert.ok(doneMs - firstByteMs >= 40, `${doneMs - firstByteMs}`)
      },
    ))

  test('sends with its answer to the handshake', () =>
    against({ onOpen: (socket) => socket.write(text('welcome')) }, async (ask) => {
      const { kind, text: got, status } = await ask({ await: {} })

      assert.equal([kind, got, status], ['none', 'welcome', 0])
    }))

  test('answers pings, which are answered in turn', () =>
    against(
      {
        onFrame(socket, { opcode, text: payload }) {
          if (opcode === PING) socket.write(Buffer.concat([wsFrame(PING, 'yours'), wsFrame(PONG, payload)]))
        },
      },
      async (ask, { frames }) => {
        const { kind, measured } = await ask({ ping: {} })
        await ask({ ping: {} })

        assert.is(kind, 'none')
        assert.equal(
          measured.map(([name]) => name),
          ['ping_time'],
        )
        assert.ok(frames.some(({ opcode, text: payload }) => opcode === PONG && payload === 'yours'))
      },
    ))
})

describe('A WebSocket server that refuses', (test) => {
  const refusal = (line: string) => `HTTP/1.1 ${line}\r\nContent-Length: 0\r\n\r\n`
  for (const [line, status] of [
    ['401 Unauthorized', 401],
    ['503 Service Unavailable', 503],
    ['200 OK', 200],
    ['302 Found\r\nLocation: ws://127.0.0.1:1/', 302],
  ] as const)
    for (const request of [OPEN, GO, { await: {} }])
      test(`answers ${JSON.stringify(request)} with ${status}`, () =>
        against({ answer: () => refusal(line) }, async (ask) => {
          const { kind, status: got, settledCount, sentMs, firstByteMs, doneMs } = await ask(request)

          // The engine judges the status: it is not good.
          assert.equal([kind, got, settledCount], ['none', status, 1])
          assert.not.ok(wsPlugin.status.isGood(got))
          assert.ok(sentMs > 0 && sentMs <= firstByteMs && firstByteMs <= doneMs)
        }))

  const broken: readonly [title: string, answer: RawWsBehaviour['answer'], kind: string][] = [
    ['a wrong accept key', (right) => right.replace(/Accept: ..../, 'Accept: AAAA'), 'protocol'],
    ['no accept key', (right) => right.replace(/Sec-WebSocket-Accept.*\r\n/, ''), 'protocol'],
    ['no upgrade header', (right) => right.replace(/Upgrade: websocket\r\n/, 'Upgrade: h2c\r\n'), 'protocol'],
    [
      'a subprotocol nobody asked for',
      (right) => right.replace('\r\n\r\n', '\r\nSec-WebSocket-Protocol: x\r\n\r\n'),
      'protocol',
    ],
    [
      'an extension nobody asked for',
      (right) => right.replace('\r\n\r\n', '\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n'),
      'protocol',
    ],
    ['no HTTP', () => 'SSH-2.0-OpenSSH_9.2\r\n', 'protocol'],
  ]
  for (const [title, answer, kind] of broken)
    test(`shakes hands with ${title}`, () =>
      against(answer === undefined ? {} : { answer }, async (ask) => {
        const open = await ask(OPEN)
        const message = await ask(GO)

        assert.equal([open.kind, message.kind, open.settledCount], [kind, kind, 1])
      }))

  test('does not know the subprotocol it was offered', () =>
    against({}, async (ask) => assert.is((await ask(OPEN)).kind, 'protocol'), { subprotocols: ['chat.v1'] }))

  test('ends the connection instead of an answer', () =>
    against({ answer: () => '', onOpen: end }, async (ask) => {
      const { kind } = await ask(OPEN)

      assert.is(kind, 'reset')
    }))

  test('is not there: nothing is queued for it', async () => {
    const port = await closedPort()
    await withDriver(wsPlugin, { url: `ws://127.0.0.1:${port}` }, async (driver) => {
      const first = await driveStep(wsPlugin, driver, { send: { text: 'lost' } })
      const second = await driveStep(wsPlugin, driver, OPEN)

      assert.equal([first.kind, second.kind, first.sentMs], ['refused', 'refused', 0])
      assert.is(driver.stats().openConnections, 0)
    })
  })
})

describe('A WebSocket server that does not answer', (test) => {
  test('a handshake', () =>
    against({ answer: () => '' }, async (ask) => {
      const opened = await ask(OPEN, SHORT)
      const implied = await ask(GO, { timeouts: { connectMs: 100 } })

      assert.equal([opened.kind, implied.kind], ['timeout-first-byte', 'timeout-connect'])
      assert.is(implied.sentMs, 0)
      assert.ok(implied.connectMs >= 99)
    }))

  test('a message', () =>
    against({}, async (ask) => {
      const { kind, errorText, status } = await ask(GO, SHORT)

      assert.equal([kind, status], ['timeout-message', 0])
      assert.is(errorText, '0 of 1 matching message within 150ms')
    }))

  test('with as many messages as were wanted', () =>
    against(onGo(text('1'), text('2')), async (ask) => {
      const { kind, errorText, items } = await ask(
        { send: { text: 'go' }, await: { count: 3 } },
        SHORT_IN_ALL,
      )

      assert.equal([kind, items], ['timeout-message', 2])
      assert.match(errorText, '2 of 3 matching messages')
    }))

  test('a ping', () =>
    against({}, async (ask) => assert.is((await ask({ ping: {} }, SHORT)).kind, 'timeout-first-byte')))

  test('a ping with the right payload', () =>
    against(
      { onFrame: (socket, { opcode }) => opcode === PING && socket.write(wsFrame(PONG, 'another')) },
      async (ask) => assert.is((await ask({ ping: {} }, SHORT)).kind, 'timeout-first-byte'),
    ))

  test('a close frame', () =>
    against({}, async (ask) => {
      await ask(OPEN)
      const { kind } = await ask({ close: {} }, SHORT)

      assert.is(kind, 'timeout-first-byte')
    }))

  test('anything, and reads nothing: what it is sent waits, and nobody says it was sent', () =>
    against({ onOpen: (socket) => socket.pause() }, async (ask) => {
      await ask(OPEN)
      const content = { text: 'x'.repeat(MIB) }
      const kinds: string[] = []
      for (let i = 0; i < 20; i++) kinds.push((await ask({ send: content }, SHORT_IN_ALL)).kind)
      const waiting = await ask({ send: content }, SHORT_IN_ALL)

      assert.is(kinds[0], 'none')
      assert.equal([waiting.kind, waiting.sentMs], ['timeout-total', 0])
    }))

  test('any longer: half of the connection is closed', () =>
    against(onGo(end), async (ask) => {
      assert.is((await ask(GO)).kind, 'reset')
    }))
})
