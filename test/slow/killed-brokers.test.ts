/** Twenty thousand messages through each broker, which is killed in the middle and comes back: every one of them is accounted for. */
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { createSystemClock } from '../../harness/base/clock.ts'
import { drive } from '../../harness/contract/driven-exchange.ts'
import type { TargetPlugin } from '../../harness/ports/target-plugin.ts'
import { mqttPlugin } from '../../harness/targets/mqtt/index.ts'
import { natsPlugin } from '../../harness/targets/nats/index.ts'
import { redisPlugin } from '../../harness/targets/redis/index.ts'
import { withDriver } from '../kit/drive.ts'
import { aLedgerRig } from '../kit/ledger-rig.ts'
import { HAS_MOSQUITTO, MOSQUITTO_HINT, withMosquitto } from '../kit/mqtt-server.ts'
import { HAS_NATS, NATS_HINT, withNats } from '../kit/nats-server.ts'
import { HAS_REDIS, REDIS_HINT, withRedis } from '../kit/redis-server.ts'
import { describe } from '../kit/suite.ts'

const MESSAGES = 20_000
const IN_FLIGHT = 32
/** A publisher that failed waits for so long before its next message: the broker is away. */
const AFTER_FAILURE_MS = 20
const DRAIN_MS = 15_000

const clock = createSystemClock()

interface Flood {
  readonly plugin: TargetPlugin
  readonly settings: Readonly<Record<string, unknown>>
  readonly request: Readonly<Record<string, unknown>>
  readonly broker: { kill(): Promise<void>; start(): Promise<void> }
}

/** The ledger after the flood, and what the publishers themselves saw. */
async function floodOf({ plugin, settings, request, broker }: Flood) {
  const config = plugin.configSchema.parse(settings)
  const ledger = aLedgerRig(clock, plugin.channelOf?.(config))
  const made = await plugin.provision?.(config, { clock, runId: 'test', secrets: {} })
  const seen = { acknowledged: 0, failed: 0 }
  await withDriver(
    plugin,
    config,
    async (driver) => {
      await driver.ready?.()
      const compiled = driver.compile(plugin.requestSchema.parse(request), 'publish')
      let next = 0
      let outage: Promise<void> | null = null
      const publishOn = async (agent: number) => {
        while (next < MESSAGES) {
          if (next++ === MESSAGES / 2) outage = broker.kill().then(() => broker.start())
          const { kind, sentMs } = await drive(driver, compiled, { agent, intendedMs: clock.nowMs() })
          if (kind === 'none') seen.acknowledged++
          else if (sentMs !== 0) seen.failed++
          if (kind !== 'none') await sleep(AFTER_FAILURE_MS)
        }
      }
      await Promise.all(Array.from({ length: IN_FLIGHT }, (_, agent) => publishOn(agent)))
      await outage
      await driver.quiesce?.(clock.nowMs() + DRAIN_MS)
    },
    {
      clock,
      agents: IN_FLIGHT,
      connections: plugin.pool === undefined ? null : 2,
      channel: ledger.channel,
      events: ledger.events,
      provisioned: made?.value ?? {},
    },
  )
  await made?.release()
  return { ...seen, ...ledger.figures() }
}

/** Every message that was sent is in one column, whatever the broker promises. */
function assertAccounted(seen: Awaited<ReturnType<typeof floodOf>>): void {
  const { acknowledged, failed, published, refused, delivered, lost, inDoubt, foreign, skewed } = seen
  const text = JSON.stringify(seen)
  assert.is(published, delivered + lost + inDoubt, text)
  assert.is(published + refused, acknowledged + failed, text)
  assert.ok(inDoubt <= failed && failed <= 2 * IN_FLIGHT, text)
  assert.ok(acknowledged > MESSAGES / 2, text)
  assert.equal([foreign, skewed], [0, 0], text)
}

describe('Twenty thousand messages and a broker that is killed', (test) => {
  const title = (name: string) => `are each accounted for by ${name}`

  if (!HAS_NATS) test.skip(title('JetStream'), NATS_HINT)
  else
    test(`${title('JetStream')}, which loses none that it has acknowledged`, () =>
      withNats(async ({ url, process }) => {
        const seen = await floodOf({
          plugin: natsPlugin,
          settings: {
            url,
            streams: [{ name: 'S', subjects: ['s.>'] }],
            consume: { subject: 's.>', stream: 'S', members: 2, prefetch: 500 },
          },
          request: { jetstream: { publish: { subject: 's.1', size: '100B' } } },
          broker: process,
        })
        assertAccounted(seen)
        assert.is(seen.lost, 0, JSON.stringify(seen))
      }))

  if (!HAS_MOSQUITTO) test.skip(title('MQTT'), MOSQUITTO_HINT)
  else
    test(title('MQTT at quality 1'), () =>
      withMosquitto(async ({ url, process }) => {
        assertAccounted(
          await floodOf({
            plugin: mqttPlugin,
            settings: { url, consume: { topic: 'a', qos: 1 } },
            request: { publish: { topic: 'a', size: '100B', qos: 1 } },
            broker: process,
          }),
        )
      }),
    )

  if (!HAS_REDIS) test.skip(title('a stream of Redis'), REDIS_HINT)
  else
    test(title('a stream of Redis'), () =>
      withRedis(async (server) => {
        assertAccounted(
          await floodOf({
            plugin: redisPlugin,
            settings: { url: server.url, consume: { stream: 'orders', members: 2 } },
            request: { add: { stream: 'orders', size: '100B' } },
            broker: server,
          }),
        )
      }),
    )
})
