import { createServer, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import * as assert from 'uvu/assert'
import { createSystemClock } from '../../../harness/base/clock.ts'
import { HarnessError } from '../../../harness/base/errors.ts'
import { listenAt } from '../../../harness/web/server/listen.ts'
import { aDashboard } from '../../kit/dashboard.ts'
import { visit } from '../../kit/sandbox.ts'
import { describe } from '../../kit/suite.ts'

const clock = createSystemClock()
const LOOPBACK = { host: '127.0.0.1', port: 0 }

/** A connection that says this and no more, until the other side ends it. */
function anIdler(port: number, text: string) {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined).resume()
  return {
    connected: new Promise<void>((resolve) =>
      socket.once('connect', () => socket.write(text, () => resolve())),
    ),
    closed: new Promise<void>((resolve) => socket.once('close', () => resolve())),
  }
}

describe('A dashboard on a port', (test) => {
  test('finds a free port and answers there', async () => {
    const listening = await listenAt(aDashboard(), LOOPBACK, clock)

    const { port } = listening.address
    const answer = await visit(`http://127.0.0.1:${port}/assets/page.css`)

    assert.ok(port > 0)
    assert.equal([answer.status, answer.body], [200, 'body{}'])
    await listening.close(1_000)
  })

  test('says what to do when the port is taken', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo

    const error = await listenAt(aDashboard(), { host: '127.0.0.1', port }, clock).then(
      () => null,
      (thrown: HarnessError) => thrown,
    )

    other.close()
    assert.instance(error, HarnessError)
    assert.equal([error?.code, error?.exitCode], ['DASHBOARD_UNAVAILABLE', 4])
    assert.is(error?.message, `the dashboard cannot listen on http://127.0.0.1:${port}: the port is in use`)
  })

  test('answers whoever asks, although hundreds of connections say nothing or half of something, and lets those go', async () => {
    let halts = 0
    const halt = () => {
      halts++
      return Promise.resolve()
    }
    const listening = await listenAt(
      aDashboard({ controls: { stop: () => false, halt, starter: null } }),
      LOOPBACK,
      clock,
    )
    const { port } = listening.address
    const half =
      'POST /live/halt HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{'
    const beginnings = ['', 'GET / HTTP/1.1\r\nX: ', half]
    const idle = Array.from({ length: 300 }, (_, i) => anIdler(port, beginnings[i % 3] ?? ''))
    await Promise.all(idle.map(({ connected }) => connected))

    assert.is((await visit(`http://127.0.0.1:${port}/assets/page.css`)).status, 200)
    const answer = await fetch(`http://127.0.0.1:${port}/live/halt`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ reason: 'enough' }),
    })
    assert.equal([answer.status, halts], [204, 1])
    await Promise.all(idle.map(({ closed }) => closed))
    await listening.close(10)
  })

  test('ends although a page still listens to its stream', async () => {
    const dashboard = aDashboard({}, clock)
    const listening = await listenAt(dashboard, LOOPBACK, clock)
    const { port } = listening.address
    const stream = request({ host: '127.0.0.1', port, path: '/live/events' })
    const closed = new Promise((resolve) => stream.on('close', resolve))
    stream.on('error', () => undefined)
    stream.on('response', (answer) => answer.on('error', () => undefined).resume())
    stream.end()
    while (dashboard.viewers.count === 0) await new Promise((resolve) => setImmediate(resolve))

    await listening.close(10)

    await closed
    while (dashboard.viewers.count > 0) await new Promise((resolve) => setImmediate(resolve))
    dashboard.board.end()
    await assertRefused(port)
  })
})

async function assertRefused(port: number): Promise<void> {
  const outcome = await visit(`http://127.0.0.1:${port}/`).catch((error: NodeJS.ErrnoException) => error.code)
  assert.is(outcome, 'ECONNREFUSED')
}
