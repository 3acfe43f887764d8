import type { Socket } from 'node:net'
import * as assert from 'uvu/assert'
import { type DrivenExchange, driveStep } from '../../../harness/contract/driven-exchange.ts'
import { httpPlugin } from '../../../harness/targets/http/index.ts'
import { withDriver } from '../../kit/drive.ts'
import {
  answer,
  data,
  END_HEADERS,
  END_STREAM,
  field,
  frame,
  goaway,
  HEADERS,
  head,
  lastData,
  reset,
  STATUS_200,
  wholeHead,
  withFrameServer,
} from '../../kit/frame-server.ts'
import { describe } from '../../kit/suite.ts'

const NO_ERROR = 0
const INTERNAL_ERROR = 2
const REFUSED_STREAM = 7
const CANCEL = 8
const CODES = { NO_ERROR, INTERNAL_ERROR, REFUSED_STREAM, CANCEL }

const length = (bytes: number) => field('content-length', `${bytes}`)
const part = 'x'.repeat(10)

/** What a server writes for a request; it may close the socket, too. */
type Writes = (stream: number, socket: Socket) => readonly Buffer[]

async function seenOf(writes: Writes, method = 'GET'): Promise<DrivenExchange> {
  let seen: DrivenExchange | undefined
  const onRequest = (socket: Socket, { stream }: { readonly stream: number }) => {
    for (const bytes of writes(stream, socket)) socket.write(bytes)
  }
  await withFrameServer({ onRequest }, ({ url }) =>
    withDriver(httpPlugin, { url, version: 2 }, async (driver) => {
      seen = await driveStep(httpPlugin, driver, { method, path: '/' })
    }),
  )
  return seen as DrivenExchange
}

const ending =
  (...frames: Buffer[]): Writes =>
  (_stream, socket) => {
    for (const bytes of frames) socket.write(bytes)
    socket.end()
    return []
  }

describe('Http2Stream', (test) => {
  const whole: readonly (readonly [title: string, writes: Writes, method?: string])[] = [
    ['DATA with END_STREAM', (stream) => [answer(stream)]],
    ['DATA of the length it stated', (stream) => [head(stream, length(10)), lastData(stream, part)]],
    ['an empty DATA with END_STREAM', (stream) => [head(stream), data(stream, part), lastData(stream, '')]],
    ['HEADERS with END_STREAM', (stream) => [wholeHead(stream, STATUS_200)]],
    [
      'trailers with END_STREAM',
      (stream) => [head(stream), data(stream, part), wholeHead(stream, field('x-t', '1'))],
    ],
    ['its end and a reset with NO_ERROR', (stream) => [answer(stream), reset(stream, NO_ERROR)]],
    ['its end and a reset with CANCEL', (stream) => [answer(stream), reset(stream, CANCEL)]],
    ['its end and GOAWAY', (stream) => [answer(stream), goaway(stream)]],
    ['GOAWAY that names it, and its end', (stream) => [goaway(stream), answer(stream)]],
    ['a length to HEAD, and no body', (stream) => [wholeHead(stream, STATUS_200, length(1000))], 'HEAD'],
    ['a length with 304, and no body', (stream) => [wholeHead(stream, Buffer.from([0x8b]), length(1000))]],
    ['204', (stream) => [wholeHead(stream, Buffer.from([0x89]))]],
  ]
  for (const [title, writes, method] of whole)
    test(`takes for whole: ${title}`, async () => {
      const seen = await seenOf(writes, method)

      assert.equal([seen.kind, seen.errorText], ['none', ''])
      assert.ok(seen.firstByteMs >= seen.sentMs && seen.doneMs >= seen.firstByteMs)
    })

  for (const [name, code] of Object.entries(CODES)) {
    const cut: readonly (readonly [title: string, writes: Writes])[] = [
      ['before the head', (stream) => [reset(stream, code)]],
      ['after the head', (stream) => [head(stream), reset(stream, code)]],
      ['in the body', (stream) => [head(stream), data(stream, part), reset(stream, code)]],
      [
        'in a body of stated length',
        (stream) => [head(stream, length(1000)), data(stream, part), reset(stream, code)],
      ],
      [
        'when all of the stated length is there, but not the end',
        (stream) => [head(stream, length(10)), data(stream, part), reset(stream, code)],
      ],
    ]
    for (const [title, writes] of cut)
      test(`takes a reset with ${name} ${title} for what it is`, async () => {
        const seen = await seenOf(writes)

        assert.is(seen.kind, 'reset')
        assert.match(seen.errorText, name)
      })
  }

  const closed: readonly (readonly [title: string, writes: (stream: number) => readonly Buffer[]])[] = [
    ['before the head', () => []],
    ['after the head', (stream) => [head(stream)]],
    ['in the body', (stream) => [head(stream), data(stream, part)]],
    ['in a body of stated length', (stream) => [head(stream, length(1000)), data(stream, part)]],
    ['in the body, after GOAWAY', (stream) => [head(stream), data(stream, part), goaway(stream)]],
  ]
  for (const [title, writes] of closed)
    test(`takes a connection that is closed ${title} for a reset`, async () => {
      const seen = await seenOf((stream, socket) => ending(...writes(stream))(stream, socket))

      assert.is(seen.kind, 'reset')
    })

  const broken: readonly (readonly [title: string, writes: Writes])[] = [
    ['shorter than its stated length', (stream) => [head(stream, length(100)), lastData(stream, part)]],
    ['longer than its stated length', (stream) => [head(stream, length(1)), lastData(stream, part)]],
    ['missing, of stated length', (stream) => [wholeHead(stream, STATUS_200, length(100))]],
    [
      'followed by trailers that end nothing',
      (stream) => [head(stream), frame(HEADERS, END_HEADERS, stream, field('x-t', '1'))],
    ],
    [
      'shorter than its stated length, with trailers',
      (stream) => [
        head(stream, length(100)),
        data(stream, part),
        frame(HEADERS, END_HEADERS | END_STREAM, stream, field('x-t', '1')),
      ],
    ],
  ]
  for (const [title, writes] of broken)
    test(`takes a body ${title} for a breach of the protocol`, async () => {
      assert.is((await seenOf(writes)).kind, 'protocol')
    })

  test('counts an interim head for nothing', async () => {
    const hint = (stream: number) => frame(HEADERS, END_HEADERS, stream, field(':status', '103'))
    const seen = await seenOf((stream) => [hint(stream), hint(stream), answer(stream)])

    assert.equal([seen.kind, seen.status, seen.text], ['none', 200, '{"a":1}'])
  })

  test('wants no more of an upload when the answer is whole', async () => {
    let resets: readonly number[] = []
    await withHalfHeardUpload(async (url, seenResets) => {
      resets = seenResets
      await withDriver(httpPlugin, { url, version: 2 }, async (driver) => {
        const body = 'x'.repeat(1_000_000)
        const seen = await driveStep(httpPlugin, driver, { method: 'POST', path: '/', body })

        assert.equal([seen.kind, seen.status], ['none', 200])
        while (resets.length === 0) await new Promise((resolve) => setImmediate(resolve))
      })
    })
    assert.equal(resets, [1])
  })
})

/** A server that answers an upload before it has read it, and gives it no more room. */
function withHalfHeardUpload(body: (url: string, resets: readonly number[]) => Promise<void>): Promise<void> {
  const onHead = (socket: Socket, stream: number) => socket.write(answer(stream))
  return withFrameServer({ onHead }, ({ url, resets }) => body(url, resets))
}
