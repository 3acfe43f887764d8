import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as assert from 'uvu/assert'
import { createSystemClock } from '../../../harness/base/clock.ts'
import { HarnessError } from '../../../harness/base/errors.ts'
import { listenAt } from '../../../harness/live/dashboard/listen.ts'
import { aDashboard } from '../../kit/dashboard.ts'
import { visit } from '../../kit/sandbox.ts'
import { describe } from '../../kit/suite.ts'

const clock = createSystemClock()
const LOOPBACK = { host: '127.0.0.1', port: 0 }

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
    assert.is(
      error?.message,
      `the dashboard cannot listen on http://127.0.0.1:${port}: something listens there already`,
    )
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
