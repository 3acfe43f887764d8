import type { Socket } from 'node:net'
import * as assert from 'uvu/assert'
import { type DriveOptions, driveStep } from '../../../harness/contract/driven-exchange.ts'
import { DEFAULT_TIMEOUTS } from '../../../harness/model/plan.ts'
import type { TargetDriver } from '../../../harness/ports/target.ts'
import { amqpPlugin } from '../../../harness/targets/amqp/index.ts'
import { AMQP_HINT, HAS_AMQP, withAmqp } from '../../kit/amqp-server.ts'
import { CUT, CuttingProxy, SWALLOW } from '../../kit/cutting-proxy.ts'
import { withDriver } from '../../kit/drive.ts'
import { withRawServer } from '../../kit/raw-server.ts'
import { describe } from '../../kit/suite.ts'
import { until } from '../../kit/until.ts'

type Request = Readonly<Record<string, unknown>>
type Ask = (request: Request, options?: DriveOptions) => ReturnType<typeof driveStep>
type Declare = (title: string, body: () => Promise<void>) => void

const SHORT = { ...DEFAULT_TIMEOUTS, connectMs: 300, firstByteMs: 300, totalMs: 300 }
const BROKER_PORT = 5672
/** A frame of the method Connection.Start that ends after its first bytes. */
const HALF_START = Buffer.from([1, 0, 0, 0, 0, 1, 0, 0, 10, 0, 10, 0, 9])
const OTHER_VERSION = Buffer.from('AMQP\0\x01\0\0', 'latin1')

const asking =
  (driver: TargetDriver): Ask =>
  (request, options) =>
    driveStep(amqpPlugin, driver, request, options)

const configAt = (port: number) => amqpPlugin.configSchema.parse({ url: `amqp://127.0.0.1:${port}` })

describe('An amqp broker that is none', (test) => {
  const cases: readonly (readonly [
    title: string,
    onConnection: (socket: Socket) => void,
    kinds: string[],
  ])[] = [
    ['hangs up at once', (socket) => socket.destroy(), ['closed', 'reset']],
    ['says nothing', () => undefined, ['timeout-connect']],
    ['speaks another version', (socket) => socket.end(OTHER_VERSION), ['closed', 'reset', 'protocol']],
    ['begins to greet and hangs up', (socket) => socket.end(HALF_START), ['closed', 'reset']],
    ['begins to greet and stops', (socket) => void socket.write(HALF_START), ['timeout-connect']],
    [
      'speaks HTTP',
      (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      ['closed', 'reset', 'protocol', 'timeout-connect'],
    ],
    [
      'speaks no language',
      (socket) => socket.end(Buffer.alloc(5000, 0xff)),
      ['closed', 'reset', 'protocol', 'timeout-connect'],
    ],
  ]
  for (const [title, onConnection, kinds] of cases)
    test(`${title}: each publish fails by itself`, () =>
      withRawServer({ onConnection }, ({ port }) =>
        withDriver(
          amqpPlugin,
          configAt(port),
          async (driver) => {
            const publish = { publish: { routingKey: 'q', payload: 'x' } }
            const ends = await Promise.all([1, 2, 3].map(() => asking(driver)(publish, { timeouts: SHORT })))
            for (const { kind, sentMs } of ends)
              assert.ok(kinds.includes(kind) && sentMs === 0, `${kind} ${sentMs}`)
          },
          { connections: 1, defaultTimeouts: SHORT },
        ),
      ))
})

interface Behind {
  readonly ask: Ask
  readonly proxy: CuttingProxy
  readonly queue: string
  readonly own: Parameters<Parameters<typeof withAmqp>[0]>[0]
  /** From now on the broker says this in the place of what it says. */
  readonly say: (rewrite: (answer: Buffer) => Buffer) => void
}

/** A driver that reaches the broker of this machine through a proxy that its test can end. */
function behindProxy(body: (behind: Behind) => Promise<void>): Promise<void> {
  return withAmqp(async (own, queue) => {
    let rewrite = (answer: Buffer) => answer
    const proxy = new CuttingProxy(BROKER_PORT, (answer) => rewrite(answer))
    await proxy.start()
    try {
      await withDriver(
        amqpPlugin,
        configAt(proxy.port),
        async (driver) => {
          await driver.ready?.()
          const say: Behind['say'] = (next) => {
            rewrite = next
          }
          await body({ ask: asking(driver), proxy, queue, own, say })
          say((answer) => answer)
          const well = { publish: { routingKey: queue, payload: 'well again' } }
          await until(async () => (await asking(driver)(well)).kind === 'none')
        },
        { connections: 1 },
      )
    } finally {
      await proxy.kill()
    }
  })
}

/** The last byte of every frame (AMQP 0-9-1, 4.2.3). */
const FRAME_END = 0xce

describe('An amqp broker on a bad day', (declare) => {
  const test: Declare = HAS_AMQP ? declare : (title) => declare.skip(title, AMQP_HINT)

  test('that hangs up in the middle of a message leaves it in doubt', () =>
    behindProxy(async ({ ask, queue }) => {
      assert.is((await ask({ publish: { routingKey: queue, payload: CUT } })).kind, 'closed')
    }))

  test('that never confirms is a timeout', () =>
    behindProxy(async ({ ask, proxy, queue }) => {
      const { kind, sentMs } = await ask(
        { publish: { routingKey: queue, payload: SWALLOW } },
        { timeouts: SHORT },
      )
      assert.match(kind, /^timeout/)
      assert.ok(sentMs > 0)
      // The broker counts one message less than the client from here on, as no real network does: begin anew.
      await proxy.kill()
      await proxy.start()
    }))

  test('whose callee never answers is a timeout', () =>
    behindProxy(async ({ ask, queue }) => {
      assert.match((await ask({ rpc: { queue, payload: 'x' } }, { timeouts: SHORT })).kind, /^timeout/)
    }))

  test('that goes away and comes back is refused in between', () =>
    behindProxy(async ({ ask, proxy, queue }) => {
      await proxy.kill()
      await until(async () => (await ask({ publish: { routingKey: queue } })).kind === 'refused')
      await proxy.start()
    }))

  for (const [what, rewrite] of [
    ['bytes of no language', () => Buffer.alloc(100, 0xff)],
    // Each of them: several may come at once, and those before the last would be well.
    [
      'a frame that ends wrongly',
      (answer: Buffer) => Buffer.from(answer.map((byte) => (byte === FRAME_END ? 0 : byte))),
    ],
    [
      'a frame of a kind that there is not',
      (answer: Buffer) => Buffer.concat([Buffer.from([99]), answer.subarray(1)]),
    ],
  ] as const)
    test(`that says ${what} ends what is under way, once`, () =>
      behindProxy(async ({ ask, queue, say }) => {
        say(rewrite)
        const publish = { publish: { routingKey: queue, payload: 'x' } }
        const ends = await Promise.all([1, 2, 3].map(() => ask(publish, { timeouts: SHORT })))
        for (const { kind, errorText, settledCount } of ends) {
          assert.match(kind, /^(closed|protocol|reset|timeout-.*)$/, `${kind}: ${errorText}`)
          assert.is(settledCount, 1)
        }
      }))

  test('returns a mandatory message that has no queue', () =>
    behindProxy(async ({ ask }) => {
      const { kind } = await ask({ publish: { routingKey: 'proofload-nobody', mandatory: true } })
      assert.is(kind, 'returned')
    }))

  test('refuses what a full queue does not take', () =>
    behindProxy(async ({ ask, own, queue }) => {
      const full = `${queue}-full`
      await own.assertQueue(full, {
        durable: false,
        maxLength: 1,
        arguments: { 'x-overflow': 'reject-publish' },
      })
      try {
        const publish = { publish: { routingKey: full, payload: 'x' } }
        await until(async () => (await ask(publish)).kind === 'nack')
      } finally {
        await own.deleteQueue(full)
      }
    }))

  test('closes the channel on a queue that there is not, and takes a megabyte after it', () =>
    behindProxy(async ({ ask, queue }) => {
      const { kind, status } = await ask({ get: 'proofload-nobody' })
      assert.equal([kind, status], ['closed', 404])
      assert.is((await ask({ publish: { routingKey: queue, size: '1MiB' } })).kind, 'none')
      assert.is((await ask({ get: queue })).bytesReceived, 1024 ** 2)
    }))
})
