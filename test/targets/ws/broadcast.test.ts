/** Standing sessions that account for what agents broadcast, in a room whose server hands it on. */
import * as assert from 'uvu/assert'
import type { WebSocket } from 'ws'
import { createSystemClock } from '../../../harness/base/clock.ts'
import {
  type DrivenExchange,
  type DriveOptions,
  driveStep,
} from '../../../harness/contract/driven-exchange.ts'
import type { TargetDriver } from '../../../harness/ports/target.ts'
import { wsPlugin } from '../../../harness/targets/ws/index.ts'
import { withDriver } from '../../kit/drive.ts'
import { aLedgerRig } from '../../kit/ledger-rig.ts'
import { describe } from '../../kit/suite.ts'
import { until } from '../../kit/until.ts'
import { withWsServer } from '../../kit/ws-server.ts'

type Request = Readonly<Record<string, unknown>>

interface Room {
  readonly driver: TargetDriver
  readonly ledger: ReturnType<typeof aLedgerRig>
  /** Those who have joined, in the order in which they did. */
  readonly joined: WebSocket[]
  readonly paths: string[]
  ask(request: Request, options?: DriveOptions): Promise<DrivenExchange>
}

/** What the room makes of a message for the guest of a place, as often as it sends it. */
type HandOn = (message: Buffer, guest: number, number: number) => readonly (string | Buffer)[]

const clock = createSystemClock()
const join = { json: { op: 'join' } }
const say = { send: { json: { op: 'say', text: 'hi' } }, broadcast: true }
const asItIs: HandOn = (message) => [message]

function inRoom(handOn: HandOn, members: number, body: (room: Room) => Promise<void>): Promise<void> {
  const joined: WebSocket[] = []
  const paths: string[] = []
  let number = 0
  const guest = (session: WebSocket, path: string) => {
    paths.push(path)
    session.on('message', (data: Buffer, binary) => {
      if (!binary && String(data).includes('"join"')) return joined.push(session)
      number++
      for (const [place, other] of joined.entries())
        for (const sent of handOn(data, place, number)) other.send(sent, { binary: typeof sent !== 'string' })
      return
    })
  }
  return withWsServer(guest, (url) => {
    const config = { url, consume: { path: '/room', join, members } }
    const ledger = aLedgerRig(clock, wsPlugin.channelOf?.(wsPlugin.configSchema.parse(config)))
    return withDriver(
      wsPlugin,
      config,
      async (driver) => {
        await driver.ready?.()
        const ask = (request: Request, options?: DriveOptions) =>
          driveStep(wsPlugin, driver, request, options)
        await body({ driver, ledger, joined, paths, ask })
      },
      { clock, channel: ledger.channel, events: ledger.events },
    )
  })
}

const drain = ({ driver }: Room, limitMs = 60_000) => driver.quiesce?.(clock.nowMs() + limitMs)

async function sayTimes(room: Room, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const { kind, acknowledged, measured } = await room.ask(say, { agent: i % 2 })
    assert.equal([kind, acknowledged], ['none', false])
    assert.equal(
      measured.map(([name]) => name),
      ['messages_out', 'messages_published'],
    )
  }
}

describe('What is broadcast over WebSocket', (test) => {
  test('is accounted for by every standing session, which have joined before anything is sent', () =>
    inRoom(asItIs, 3, async (room) => {
      assert.equal([room.joined.length, room.paths], [3, Array(3).fill('/room')])
      await sayTimes(room, 20)
      await drain(room)

      const { published, delivered, lost, inDoubt, duplicates, foreign } = room.ledger.figures()
      assert.equal([published, delivered, lost, inDoubt, duplicates, foreign], [60, 60, 0, 0, 0, 0])
      assert.is(room.ledger.times.length, 60)
      assert.ok(room.ledger.times.every((ms) => ms >= 0))
    }))

  test('is lost, delivered twice and foreign, exactly as the server would have it', () =>
    inRoom(
      (message, guest, number) => {
        if (guest === 1 && number % 10 === 0) return []
        if (guest === 2 && number % 4 === 0) return [message, message]
        return guest === 0 ? [message, '{"op":"tick"}'] : [message]
      },
      3,
      async (room) => {
        await sayTimes(room, 20)
        await until(() => room.ledger.figures().foreign === 20 && room.ledger.figures().duplicates === 5)
        await drain(room, 100)

        const { published, delivered, lost, duplicates } = room.ledger.figures()
        assert.equal([published, delivered, lost, duplicates], [60, 58, 2, 5])
      },
    ))

  test('is found wherever the server puts it, and in binary messages', () =>
    inRoom(
      (message) => {
        const text = message.toString('latin1')
        return text.startsWith('{')
          ? [JSON.stringify({ op: 'said', message: JSON.parse(text) }, null, 2)]
          : [message]
      },
      1,
      async (room) => {
        await room.ask(say)
        await room.ask({ send: { json: {} }, broadcast: true })
        await room.ask({ send: { base64: 'AAEC' }, broadcast: true })
        await drain(room)

        const { published, delivered, foreign } = room.ledger.figures()
        assert.equal([published, delivered, foreign], [3, 3, 0])
      },
    ))

  test('is in doubt when its answer does not come', () =>
    inRoom(
      () => [],
      1,
      async (room) => {
        const { kind, measured } = await room.ask({ ...say, await: {} }, { timeouts: { firstByteMs: 50 } })

        assert.is(kind, 'timeout-message')
        assert.not.ok(measured.some(([name]) => name === 'messages_published'))
        const { published, inDoubt, lost } = room.ledger.figures()
        assert.equal([published, inDoubt, lost], [1, 1, 0])
      },
    ))

  test('goes on when a standing session is lost: it is told, and opened again', () =>
    inRoom(asItIs, 1, async (room) => {
      room.joined.shift()?.close(1011, 'broken')
      await until(() => room.joined.length === 1)
      assert.equal(room.ledger.faults, [
        'consume /room: closed: a consumer: the server closed the session with code 1011: broken',
      ])
      await sayTimes(room, 2)
      await drain(room)

      assert.is(room.ledger.figures().delivered, 2)
    }))

  test('is told before the load when the standing sessions are refused', async () => {
    const config = wsPlugin.configSchema.parse({ url: 'ws://127.0.0.1:1', consume: {} })
    const { channel } = aLedgerRig(clock, wsPlugin.channelOf?.(config))
    await withDriver(
      wsPlugin,
      config,
      async (driver) => {
        const error = await driver.ready?.().catch((thrown: unknown) => thrown)
        assert.is((error as { code?: string }).code, 'TARGET_UNREACHABLE')
        assert.match(String(error), /ws:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/)
      },
      { clock, channel },
    )
  })

  test('carries a number, which texts and lists have no place for, and needs somebody to count', () => {
    const isTaken = (request: Request) => wsPlugin.requestSchema.safeParse(request).success
    const broadcast = true
    assert.ok(isTaken({ send: { json: { a: 1 } }, broadcast }))
    assert.ok(isTaken({ send: { base64: 'AAEC' }, await: {}, broadcast }))
    for (const send of [{ text: 'hi' }, { json: [1] }, { json: null }, { json: 'hi' }, undefined])
      assert.not.ok(isTaken({ send, broadcast }), JSON.stringify(send))
    assert.not.ok(isTaken({ await: {}, broadcast }))

    const configOf = (more: Request) => wsPlugin.configSchema.parse({ url: 'ws://127.0.0.1:9', ...more })
    assert.is(wsPlugin.problemsOf?.(configOf({}), say).length, 1)
    assert.equal(wsPlugin.problemsOf?.(configOf({ consume: {} }), say), [])
    assert.is(wsPlugin.channelOf?.(configOf({})), null)
  })
})
