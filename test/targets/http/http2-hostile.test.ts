import type { Socket } from 'node:net'
import * as assert from 'uvu/assert'
import { driveStep } from '../../../harness/contract/driven-exchange.ts'
import { httpPlugin } from '../../../harness/targets/http/index.ts'
import { withDriver } from '../../kit/drive.ts'
import {
  ACK,
  answer,
  CONTINUATION,
  DATA,
  data,
  END_HEADERS,
  END_STREAM,
  type FrameBehaviour,
  field,
  frame,
  goaway,
  HEADERS,
  head,
  indexedField,
  lastData,
  PADDED,
  PING,
  PRIORITY,
  PUSH_PROMISE,
  reset,
  SETTINGS,
  STATUS_200,
  setting,
  WINDOW_UPDATE,
  wholeHead,
  withFrameServer,
  words,
} from '../../kit/frame-server.ts'
import { onlyLimit } from '../../kit/only-limit.ts'
import { describe } from '../../kit/suite.ts'

/** How each case may end. Those that only a deadline ends have a short one. */
const WELL = ['none']
const BROKEN = ['protocol']
const CUT = ['reset']
/** Given up by nghttp2 unseen, which shows when a deadline passes. */
const AT_DEADLINE = ['protocol', 'timeout-first-byte', 'timeout-total']

/** Writes for a request. */
const saying =
  (...pieces: ((stream: number) => Buffer)[]): NonNullable<FrameBehaviour['onRequest']> =>
  (socket, { stream }) => {
    for (const piece of pieces) socket.write(piece(stream))
  }

/** Writes one thing over and over, until the client has closed the connection. */
function flood(socket: Socket, piece: Buffer): void {
  if (socket.destroyed || !socket.writable) return
  socket.write(piece, () => setImmediate(() => flood(socket, piece)))
}

const times = (count: number, piece: Buffer) => Buffer.concat(Array(count).fill(piece))
const open = (stream: number, ...fields: Buffer[]) => frame(HEADERS, 0, stream, Buffer.concat(fields))

const CASES: Readonly<Record<string, { readonly ends: readonly string[] } & FrameBehaviour>> = {
  'SETTINGS for ever': {
    ends: [...WELL, ...BROKEN],
    onConnection: (socket) => flood(socket, times(50, frame(SETTINGS, 0, 0, setting(3, 100)))),
    onRequest: saying(answer),
  },
  'PING for ever': {
    ends: [...WELL, ...BROKEN],
    onConnection: (socket) => flood(socket, times(50, frame(PING, 0, 0, Buffer.alloc(8)))),
    onRequest: saying(answer),
  },
  'acknowledged SETTINGS for ever': {
    ends: [...WELL, ...BROKEN],
    onConnection: (socket) => flood(socket, times(20, frame(SETTINGS, ACK, 0))),
    onRequest: saying(answer),
  },
  'CONTINUATION for ever': {
    ends: BROKEN,
    onRequest(socket, { stream }) {
      socket.write(open(stream, STATUS_200))
      flood(socket, times(20, frame(CONTINUATION, 0, stream, field('x', 'y'.repeat(1000)))))
    },
  },
  'empty CONTINUATION for ever': {
    ends: BROKEN,
    onRequest(socket, { stream }) {
      socket.write(open(stream, STATUS_200))
      flood(socket, times(100, frame(CONTINUATION, 0, stream)))
    },
  },
  'empty DATA for ever': {
    ends: BROKEN,
    onRequest(socket, { stream }) {
      socket.write(head(stream))
      flood(socket, times(100, data(stream, '')))
    },
  },
  'interim heads for ever': {
    ends: ['timeout-first-byte'],
    onRequest: (socket, { stream }) =>
      flood(socket, times(20, frame(HEADERS, END_HEADERS, stream, field(':status', '103')))),
  },
  'a thousand resets': { ends: CUT, onRequest: saying((stream) => times(1000, reset(stream, 8))) },
  'a head that grows when it is decoded': {
    ends: [...CUT, ...BROKEN],
    onRequest: saying((stream) =>
      wholeHead(stream, STATUS_200, indexedField('a', 'b'.repeat(3900)), Buffer.alloc(10_000, 0xbe)),
    ),
  },
  'a table of any size': {
    ends: WELL,
    settings: Buffer.concat([setting(1, 0xffffffff), setting(6, 0)]),
    onRequest: saying(answer),
  },
  'frames of a size that is none': { ends: BROKEN, settings: setting(5, 100), onRequest: saying(answer) },
  'a window that is none': { ends: BROKEN, settings: setting(4, 0xffffffff), onRequest: saying(answer) },
  'no SETTINGS': { ends: BROKEN, settings: null, onRequest: saying(answer) },
  'HTTP/1.1': {
    ends: BROKEN,
    settings: null,
    onConnection: (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'),
  },
  garbage: {
    ends: BROKEN,
    settings: null,
    onConnection: (socket) => void socket.write(Buffer.alloc(1000, 0xff)),
  },
  nothing: { ends: ['timeout-first-byte'], settings: null },
  'half an answer': { ends: ['timeout-total'], onRequest: saying(head, (stream) => data(stream, 'x')) },
  'what was not asked for': {
    ends: BROKEN,
    onRequest: saying(
      (stream) => frame(PUSH_PROMISE, END_HEADERS, stream, Buffer.concat([words(2), STATUS_200])),
      answer,
    ),
  },
  'GOAWAY, and an answer': {
    ends: WELL,
    onRequest: saying((stream) => goaway(stream), answer),
  },
  'GOAWAY of two steps': {
    ends: WELL,
    onRequest: saying(
      () => goaway(0x7fffffff),
      (stream) => goaway(stream),
      answer,
    ),
  },
  'GOAWAY with much to say': { ends: CUT, onRequest: saying(() => goaway(0, 11, 'calm '.repeat(3000))) },
  'GOAWAY that takes back what it named': {
    ends: [...CUT, ...BROKEN],
    onRequest: saying(
      (stream) => goaway(stream),
      () => goaway(0x7fffffff),
      () => goaway(0),
    ),
  },
  'a head of the connection': { ends: BROKEN, onRequest: saying(() => wholeHead(0, STATUS_200)) },
  'an answer of a stream that is idle': {
    ends: BROKEN,
    onRequest: saying((stream) => wholeHead(stream + 100, STATUS_200)),
  },
  'an answer of a stream of its own': { ends: BROKEN, onRequest: saying(() => wholeHead(2, STATUS_200)) },
  'DATA after the end': { ends: WELL, onRequest: saying(answer, (stream) => data(stream, 'late')) },
  'no status': { ends: BROKEN, onRequest: saying((stream) => wholeHead(stream, field('a', 'b'))) },
  'a status of letters': {
    ends: BROKEN,
    onRequest: saying((stream) => wholeHead(stream, field(':status', 'abc'))),
  },
  'two statuses': {
    ends: BROKEN,
    onRequest: saying((stream) => wholeHead(stream, STATUS_200, STATUS_200)),
  },
  'a name in capitals': {
    ends: BROKEN,
    onRequest: saying((stream) => wholeHead(stream, STATUS_200, field('X-Up', 'b'))),
  },
  'fields of a connection': {
    ends: BROKEN,
    onRequest: saying((stream) => wholeHead(stream, STATUS_200, field('connection', 'close'))),
  },
  'two lengths': {
    ends: BROKEN,
    onRequest: saying(
      (stream) => head(stream, field('content-length', '1'), field('content-length', '2')),
      (stream) => lastData(stream, 'ab'),
    ),
  },
  'a window that overflows': {
    ends: BROKEN,
    onRequest: saying(() => times(2, frame(WINDOW_UPDATE, 0, 0, words(0x7fffffff)))),
  },
  'a window that does not grow': {
    ends: BROKEN,
    onRequest: saying(() => frame(WINDOW_UPDATE, 0, 0, words(0))),
  },
  'more padding than frame': {
    ends: AT_DEADLINE,
    onRequest: saying(head, (stream) => frame(DATA, PADDED | END_STREAM, stream, Buffer.from([200, 1, 2]))),
  },
  'a frame of sixteen megabytes': {
    ends: AT_DEADLINE,
    onRequest: saying((stream) => {
      const bytes = frame(DATA, 0, stream)
      bytes.writeUIntBE(0xffffff, 0, 3)
      return bytes
    }),
  },
  'a stream that depends on itself': {
    ends: AT_DEADLINE,
    onRequest: saying((stream) =>
      frame(PRIORITY, 0, stream, Buffer.concat([words(stream), Buffer.from([1])])),
    ),
  },
  'a PING in the middle of a head': {
    ends: AT_DEADLINE,
    onRequest: saying(
      (stream) => open(stream, STATUS_200),
      () => frame(PING, 0, 0, Buffer.alloc(8)),
    ),
  },
  'frames of unknown kinds': {
    ends: WELL,
    onRequest: saying(
      (stream) => frame(0x77, 255, stream, Buffer.alloc(100)),
      () => frame(0xa, 0, 0, Buffer.concat([Buffer.from([0, 4]), Buffer.from('evilh2=":1"')])),
      answer,
    ),
  },
  'a thousand fields, and cookies': {
    ends: WELL,
    onRequest: saying(
      (stream) =>
        head(
          stream,
          ...Array.from({ length: 800 }, (_, place) => field(`h${place}`, 'v')),
          ...Array.from({ length: 120 }, (_, place) => field('set-cookie', `c${place}=v`)),
          field('server-timing', `__proto__;dur=1, a${';'.repeat(3000)}`),
        ),
      (stream) => lastData(stream, 'x'),
    ),
  },
}

const AGENTS = 3
const ROUNDS = 2

describe('An HTTP/2 driver', (test) => {
  for (const [title, { ends, ...behaviour }] of Object.entries(CASES))
    test(`ends a request as ${ends.join(' or ')} when the server sends ${title}`, () =>
      withFrameServer(behaviour, (server) =>
        withDriver(httpPlugin, { url: server.url, version: 2 }, async (driver) => {
          const timeouts = onlyLimit(...ends)
          for (let round = 0; round < ROUNDS; round++) {
            const agents = Array.from({ length: AGENTS }, (_, agent) =>
              driveStep(httpPlugin, driver, { path: '/' }, { agent, timeouts }),
            )
            for (const { kind, errorText } of await Promise.all(agents))
              assert.ok(ends.includes(kind), `${kind}: ${errorText}`)
          }
          assert.is(driver.stats().waiting, 0)
          // Nobody is tried more than twice.
          assert.ok(server.connectionCount <= 2 * AGENTS * ROUNDS)
        }),
      ))
})
