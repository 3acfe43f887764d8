/** A session over several steps, against a server over the library. */

import * as assert from 'uvu/assert'
import type { WebSocket } from 'ws'
import {
  anExchange,
  type DrivenExchange,
  type DriveOptions,
  driveStep,
} from '../../../harness/contract/driven-exchange.ts'
import type { DriverContext, TargetDriver } from '../../../harness/ports/target.ts'
import { CookieJar } from '../../../harness/targets/http/cookie-jar.ts'
import { parseEndpoint } from '../../../harness/targets/http/endpoint.ts'
import { wsPlugin } from '../../../harness/targets/ws/index.ts'
import { withDriver } from '../../kit/drive.ts'
import { describe } from '../../kit/suite.ts'
import { until } from '../../kit/until.ts'
import { echo, withWsServer } from '../../kit/ws-server.ts'

type Request = Readonly<Record<string, unknown>>

interface Talk {
  readonly driver: TargetDriver
  readonly url: string
  /** Sessions of the server in the order of their opening. */
  readonly sessions: WebSocket[]
  readonly paths: string[]
  ask(request: Request, options?: DriveOptions): Promise<DrivenExchange>
}

function talking(
  onSession: (session: WebSocket) => void,
  body: (talk: Talk) => Promise<void>,
  config: Request = {},
  context: Partial<DriverContext> = {},
): Promise<void> {
  const sessions: WebSocket[] = []
  const paths: string[] = []
  return withWsServer(
    (session, path) => {
      sessions.push(session)
      paths.push(path)
      onSession(session)
    },
    (url) =>
      withDriver(
        wsPlugin,
        { url, ...config },
        (driver) =>
          body({
            driver,
            url,
            sessions,
            paths,
            ask: (request, options) => driveStep(wsPlugin, driver, request, options),
          }),
        context,
      ),
  )
}

/** Sends these when it is told `go`. */
const scripted =
  (...texts: readonly string[]) =>
  (session: WebSocket) =>
    session.on('message', (data) => {
      if (String(data).includes('go')) for (const text of texts) session.send(text)
    })

const json = (value: unknown) => JSON.stringify(value)
const namesOf = ({ measured }: DrivenExchange) => measured.map(([name]) => name)

describe('A WebSocket session', (test) => {
  test('is opened once and lives over steps', () =>
    talking(echo, async ({ ask, sessions, paths, driver }) => {
      const opened = await ask({ open: '/rooms/{{id}}' }, { variables: { id: 'a b' } })
      const first = await ask({ send: { text: 'one' }, await: {} })
      const second = await ask({ send: { text: 'two' }, await: {} })

      assert.equal([opened.kind, opened.status, opened.acknowledged], ['none', 101, true])
      assert.ok(opened.connectMs > 0 && opened.bytesSent > 100 && opened.bytesReceived > 100)
      assert.is(opened.header?.('Upgrade'), 'websocket')
      assert.equal([first.text, second.text], ['one', 'two'])
      assert.equal([first.connectMs, first.bytesSent, first.bytesReceived], [0, 9, 5])
      assert.equal([sessions.length, paths], [1, ['/rooms/a%20b']])
      assert.is(driver.stats().openConnections, 1)
    }))

  test('is opened by the first step that needs it, one for each agent', () =>
    talking(echo, async ({ ask, sessions, paths }) => {
      const [one, other] = await Promise.all([
        ask({ send: { text: 'one' }, await: {} }, { agent: 1 }),
        ask({ send: { text: 'other' }, await: {} }, { agent: 2 }),
      ])

      assert.equal([one?.text, other?.text, sessions.length], ['one', 'other', 2])
      assert.equal(paths, ['/', '/'])
      assert.ok((one?.connectMs ?? 0) > 0)
    }))

  test('hands over what nobody answers', () =>
    talking(echo, async ({ ask }) => {
      const sent = await ask(
        { send: { json: { op: 'say', text: '{{text}}' } } },
        { variables: { text: '"hi"' } },
      )
      const back = await ask({ await: {} })

      assert.equal([sent.kind, sent.acknowledged, sent.doneMs === sent.sentMs], ['none', false, true])
      assert.equal(sent.measured, [['messages_out', 1]])
      assert.is(back.text, json({ op: 'say', text: '"hi"' }))
    }))

  test('takes messages by what they hold, and keeps the others for later', () =>
    talking(scripted(json({ op: 'tick' }), json({ op: 'joined', room: '7' }), 'plain'), async ({ ask }) => {
      const joined = await ask(
        { send: { text: 'go' }, await: { where: { json: { op: 'joined', room: '{{room}}' } } } },
        { variables: { room: '7' } },
      )
      const plain = await ask({ await: { where: { contains: 'pl' } } })
      const tick = await ask({ await: { where: { matches: '"t.ck"' } } })

      assert.equal([joined.text, joined.items], [json({ op: 'joined', room: '7' }), 1])
      assert.equal([plain.text, tick.text], ['plain', json({ op: 'tick' })])
      assert.is(tick.doneMs, tick.sentMs)
      assert.equal(namesOf(joined), ['messages_out', 'messages_in', 'message_time'])
    }))

  test('counts the messages it waited for, and times the gaps between them', () =>
    talking(scripted('1', '2', '3'), async ({ ask }) => {
      await ask({ send: { text: 'go' } })
      const { kind, items, text, measured } = await ask({ await: { count: 3 } })

      assert.equal([kind, items, text], ['none', 3, '3'])
      assert.is(measured.filter(([name]) => name === 'push_gap').length, 2)
    }))

  test('counts each message once: for the step that waits for it, or for the last when none does', async () => {
    const measured: (readonly [step: string, name: string])[] = []
    const events = {
      measure: (step: string, { name }: { readonly name: string }) => measured.push([step, name]),
      fault: () => undefined,
    }
    await talking(
      scripted('1', '2', '3'),
      async ({ ask, driver }) => {
        driver.compile({ await: {} }, 'await')
        const first = await ask({ send: { text: 'go' }, await: {} })
        await until(() => measured.length === 2)
        const rest = await ask({ await: { count: 2 } })

        assert.equal(measured, Array(2).fill(['step', 'messages_in']))
        const counted = [first, rest].map(
          (one) => namesOf(one).filter((name) => name === 'messages_in').length,
        )
        assert.equal([counted, rest.items], [[1, 0], 2])
      },
      {},
      { events },
    )
  })

  test('measures the age of messages that say when they were made, by the clock of the server', async () => {
    const faults: string[] = []
    const events = {
      measure: () => undefined,
      fault: (_step: string, kind: string, text: string) => faults.push(`${kind}: ${text}`),
    }
    const made = [Date.now() - 5000, new Date(Date.now() - 7000).toISOString(), Date.now() + 60_000, 'soon']
    await talking(
      scripted(...made.map((at) => json({ at })), json({ at: Date.now() + 90_000 }), 'end'),
      async ({ ask }) => {
        const { measured } = await ask({ send: { text: 'go' }, await: { count: 6 } })
        const ages = measured.filter(([name]) => name === 'event_age').map(([, age]) => age)

        assert.is(ages.length, 2)
        assert.ok((ages[0] ?? 0) >= 5000 && (ages[1] ?? 0) >= 7000, ages.join())
        assert.is(faults.length, 1)
        assert.match(faults[0] ?? '', /protocol: .*the clock of the server is ahead/)
      },
      { eventTime: 'json:at' },
      { events },
    )
  })

  test('pairs messages by id, whatever the order of their answers', () =>
    talking(
      (session) => {
        const asked: string[] = []
        session.on('message', (data) => {
          asked.unshift((JSON.parse(String(data)) as { id: string }).id)
          if (asked.length === 3) for (const id of asked) session.send(json({ re: Number(id) }))
        })
      },
      async ({ ask }) => {
        await ask({ open: '' })
        const answers = await Promise.all(
          ['1', '2', '3'].map((id) =>
            ask({ send: { json: { id: '{{id}}' } }, await: {} }, { variables: { id } }),
          ),
        )

        assert.equal(
          answers.map(({ text }) => text),
          [json({ re: 1 }), json({ re: 2 }), json({ re: 3 })],
        )
      },
      { correlate: { out: 'json:id', in: 'json:re' } },
    ))

  test('does not take for an answer what was there before the question', () =>
    talking(
      (session) => {
        session.send('early')
        session.on('message', () => session.send('answer'))
      },
      async ({ ask, driver }) => {
        driver.compile({ await: { count: 1 } }, 'await')
        await ask({ open: '' })
        await ask({ ping: {} })
        const answer = await ask({ send: { text: 'question' }, await: {} })
        const early = await ask({ await: {} })

        assert.equal([answer.text, early.text], ['answer', 'early'])
      },
    ))

  test('drops the oldest message of a full inbox, and counts it', async () => {
    const measured: (readonly [step: string, name: string])[] = []
    const events = {
      measure: (step: string, { name }: { readonly name: string }) => measured.push([step, name]),
      fault: () => undefined,
    }
    await talking(
      scripted('1', '2', '3', 'end'),
      async ({ ask, driver }) => {
        driver.compile({ await: { count: 1 } }, 'await')
        await ask({ send: { text: 'go' } })
        await until(() => measured.filter(([, name]) => name === 'messages_in').length === 4)

        assert.is((await ask({ await: {} })).text, '3')
        assert.is((await ask({ await: {} })).text, 'end')
        assert.equal(
          measured.filter(([, name]) => name === 'inbox_overflow'),
          Array(2).fill(['step', 'inbox_overflow']),
        )
      },
      { inbox: 2 },
      { events },
    )
  })

  test('is closed by a step, with the code that comes back', () =>
    talking(echo, async ({ ask, sessions }) => {
      await ask({ open: '' })
      const closed = await ask({ close: { code: 4000, reason: 'done' } })
      const none = await ask({ close: {} })

      assert.equal([closed.kind, closed.status], ['none', 4000])
      assert.ok(closed.sentMs <= closed.firstByteMs && closed.firstByteMs <= closed.doneMs)
      assert.equal([none.kind, none.errorText], ['code', 'there is no session to close'])
      await until(() => sessions[0]?.readyState === 3)
    }))

  test('takes the place of the one the agent had', () =>
    talking(echo, async ({ ask, sessions, paths }) => {
      await ask({ open: '/a' })
      const waiting = ask({ await: {} })
      await ask({ open: '/b' })

      assert.is((await waiting).kind, 'aborted')
      assert.equal(paths, ['/a', '/b'])
      await until(() => sessions[0]?.readyState === 3)
      assert.is((await ask({ send: { text: 'x' }, await: {} })).text, 'x')
    }))

  test('ends with the agent, in order', () => {
    const codes: number[] = []
    return talking(
      (session) => session.on('close', (code) => codes.push(code)),
      async ({ ask, driver }) => {
        await ask({ open: '' })
        driver.endSession(0)
        await until(() => codes.length === 1)

        assert.equal(codes, [1005])
        await until(() => driver.stats().openConnections === 0)
      },
    )
  })

  test('that was lost while nobody waited is a fault, is told to the next step, and is opened again', async () => {
    const faults: (readonly [step: string, kind: string, text: string])[] = []
    const events = {
      measure: () => undefined,
      fault: (step: string, kind: string, text: string) => faults.push([step, kind, text]),
    }
    await talking(
      echo,
      async ({ ask, sessions, paths }) => {
        await ask({ open: '/room' })
        sessions[0]?.close(1012, 'restarting')
        await until(() => faults.length > 0)
        const told = await ask({ send: { text: 'one' } })
        const next = await ask({ send: { text: 'two' }, await: {} })

        assert.equal(faults, [['step', 'closed', 'the server closed the session with code 1012: restarting']])
        assert.equal([told.kind, told.status, told.sentMs], ['closed', 1012, 0])
        assert.match(told.errorText, 'before this step')
        assert.equal([next.kind, next.text, paths], ['none', 'two', ['/room', '/room']])
      },
      {},
      { events },
    )
  })

  test('that the server ended in order is what a close finds', () =>
    talking(echo, async ({ ask, driver, sessions }) => {
      await ask({ open: '' })
      sessions[0]?.close(1000)
      await until(() => driver.stats().openConnections === 0)
      const { kind, status } = await ask({ close: {} })

      assert.equal([kind, status], ['none', 1000])
    }))

  test('is lost to everyone who waits for it, once', () =>
    talking(
      (session) => session.on('message', () => session.terminate()),
      async ({ ask }) => {
        await ask({ open: '' })
        const kinds = await Promise.all([
          ask({ await: {} }),
          ask({ await: { where: { contains: 'x' } } }),
          ask({ send: { text: 'x' }, await: {} }),
        ])

        assert.equal(
          kinds.map(({ kind, status, settledCount }) => [kind, status, settledCount]),
          Array(3).fill(['reset', 1006, 1]),
        )
      },
    ))

  test('gives a connection up when nobody waits for it any more', () =>
    talking(echo, async ({ driver, ask }) => {
      let settled: DrivenExchange | null = null
      const exchange = anExchange(driver.compile({ open: '' }, 'open'), {}, (ended) => {
        settled = ended
      })
      driver.start(exchange)
      driver.abort(exchange)
      await until(() => settled)

      assert.is(exchange.kind, 'aborted')
      assert.is((await ask({ send: { text: 'x' }, await: {} })).text, 'x')
    }))

  test('fails by name when a variable is not set', () =>
    talking(echo, async ({ ask }) => {
      await ask({ open: '' })
      const failed = [
        await ask({ open: '/{{none}}' }),
        await ask({ send: { text: '{{none}}' } }),
        await ask({ send: { json: { a: '{{none}}' } }, await: {} }),
        await ask({ close: { reason: '{{none}}' } }),
      ]

      for (const { kind, errorText } of failed)
        assert.equal([kind, errorText], ['code', "the variable 'none' is not set"])
    }))

  test('carries compressed messages when it is asked to', () =>
    withWsServer(
      echo,
      (url) =>
        withDriver(wsPlugin, { url, compression: true }, async (driver) => {
          const { text, kind } = await driveStep(wsPlugin, driver, {
            send: { text: 'x'.repeat(5000) },
            await: {},
          })

          assert.equal([kind, text.length], ['none', 5000])
        }),
      { perMessageDeflate: true },
    ))

  test('offers its subprotocols, and sends bytes as they are', () =>
    withWsServer(
      echo,
      (url) =>
        withDriver(wsPlugin, { url, subprotocols: ['chat.v1', 'chat.v2'] }, async (driver) => {
          const { body } = await driveStep(wsPlugin, driver, { send: { base64: '/wAB' }, await: {} })

          assert.equal(body, Buffer.from([255, 0, 1]))
        }),
      { handleProtocols: () => 'chat.v2' },
    ))

  test('shakes hands with headers, secrets, the cookies of the agent and the marks of the run', () => {
    const jar = new CookieJar()
    const heads: Readonly<Record<string, unknown>>[] = []
    return withWsServer(
      () => undefined,
      async (url, server) => {
        server.on('headers', (_, { headers }) => heads.push(headers))
        jar.store('sid=7', parseEndpoint(url.replace('ws', 'http')), '/', Date.now())
        await withDriver(
          wsPlugin,
          { url, headers: { Authorization: 'Bearer {{secret.TOKEN}}' } },
          async (driver) => {
            await driveStep(wsPlugin, driver, { open: '' }, { variables: { 'secret.TOKEN': 't0' } })
          },
          {
            shared: new Map([['http-cookies', [jar]]]),
            tracing: { correlationId: 'run-1', prefix: '0123456789abcdef0123', issued: 0 },
          },
        )
        const [head = {}] = heads

        assert.equal(
          [head['authorization'], head['cookie'], head['x-correlation-id'], head['user-agent']],
          ['Bearer t0', 'sid=7', 'run-1', 'proofload'],
        )
        assert.match(String(head['traceparent']), /^00-0123456789abcdef0123/)
      },
    )
  })
})
