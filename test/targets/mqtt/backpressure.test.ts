import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import * as assert from 'uvu/assert'
import { createSystemClock } from '../../../harness/base/clock.ts'
import { type DrivenExchange, driveStep } from '../../../harness/contract/driven-exchange.ts'
import { mqttPlugin } from '../../../harness/targets/mqtt/index.ts'
import { withDriver } from '../../kit/drive.ts'
import { describe } from '../../kit/suite.ts'
import { until } from '../../kit/until.ts'

/** Says yes to a login, with the packet of MQTT 3.1.1. */
const WELCOME = Buffer.from([0x20, 2, 0, 0])
const MESSAGES = 200

/** A broker that lets everyone in and then reads nothing until it is told to. */
async function withDeafBroker(body: (url: string, listen: () => void) => Promise<void>): Promise<void> {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
    socket.once('data', () => {
      socket.write(WELCOME)
      socket.pause()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await body(`mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`, () => {
      for (const socket of sockets) socket.on('data', () => undefined).resume()
    })
  } finally {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
}

describe('A message that nobody acknowledges', (test) => {
  test('is not sent while the broker does not read: its wait is start delay', () =>
    withDeafBroker(async (url, listen) => {
      const clock = createSystemClock()
      await withDriver(mqttPlugin, { url, version: 4 }, async (driver) => {
        const settled: DrivenExchange[] = []
        const message = { publish: { topic: 'a', qos: 0, size: '256KiB' } }
        const all = Array.from({ length: MESSAGES }, async () =>
          settled.push(await driveStep(mqttPlugin, driver, message)),
        )
        await until(() => driver.stats().waiting > 0 && settled.length > 0)
        assert.is(settled.length + driver.stats().waiting, MESSAGES)

        const listenedMs = clock.nowMs()
        listen()
        await Promise.all(all)
        assert.is(driver.stats().waiting, 0)
        assert.ok(settled.every(({ kind, acknowledged }) => kind === 'none' && !acknowledged))
        assert.ok((settled.at(-1)?.sentMs ?? 0) > listenedMs)
      })
    }))

  test('ends as closed when the connection is lost before it was sent', () =>
    withDeafBroker(async (url) => {
      await withDriver(mqttPlugin, { url, version: 4 }, async (driver) => {
        const message = { publish: { topic: 'a', qos: 0, size: '256KiB' } }
        const all = Array.from({ length: MESSAGES }, () => driveStep(mqttPlugin, driver, message))
        await until(() => driver.stats().waiting > 0)
        driver.endSession(0)

        const kinds = new Set((await Promise.all(all)).map(({ kind }) => kind))
        assert.equal([...kinds].sort(), ['closed', 'none'])
        assert.is(driver.stats().waiting, 0)
      })
    }))
})
