/** Drivers of kafka whose consumers have joined their group, for tests of the account of messages. */
import { createSystemClock } from '../../harness/base/clock.ts'
import { messageOf } from '../../harness/base/errors.ts'
import { type DriveOptions, driveStep } from '../../harness/contract/driven-exchange.ts'
import type { TargetDriver } from '../../harness/ports/target.ts'
import { kafkaPlugin } from '../../harness/targets/kafka/index.ts'
import { withDriver } from './drive.ts'
import { aLedgerRig } from './ledger-rig.ts'

type Request = Readonly<Record<string, unknown>>

/** A topic that is consumed, and ways to write to it. */
export interface ConsumedTopic {
  readonly driver: TargetDriver
  readonly ledger: ReturnType<typeof aLedgerRig>
  produce(more?: Request, options?: DriveOptions): ReturnType<typeof driveStep>
  /** Another driver whose consumers join the group, for the time of the body. */
  withMore(body: (driver: TargetDriver) => Promise<void>): Promise<void>
}

export const kafkaClock = createSystemClock()

/** A topic with consumers for the time of the body; it and the group are removed where they were made. */
export async function withConsumedTopic(
  brokers: readonly string[],
  consume: Request & { readonly topic: string },
  body: (consumed: ConsumedTopic) => Promise<void>,
): Promise<void> {
  const clock = kafkaClock
  const config = kafkaPlugin.configSchema.parse({ brokers, consume })
  const ledger = aLedgerRig(clock, kafkaPlugin.channelOf?.(config))
  const runId = `test-${process.pid}`
  const made = await kafkaPlugin.provision?.(config, { clock, runId, secrets: {} })
  const withOne = async (act: (driver: TargetDriver) => Promise<void>, provisioned: Request) => {
    for (let isReady = false; !isReady; )
      await withDriver(
        kafkaPlugin,
        config,
        async (driver) => {
          isReady = await becomesReady(driver)
          if (isReady) await act(driver)
        },
        {
          clock,
          connections: 1,
          place: { target: 'main', runId, shard: 0, shardCount: 1 },
          channel: ledger.channel,
          events: ledger.events,
          provisioned,
        },
      )
  }
  const runAll = (driver: TargetDriver) =>
    body({
      driver,
      ledger,
      produce: (more = {}, options = {}) =>
        driveStep(kafkaPlugin, driver, { produce: { topic: consume.topic, size: '10B', ...more } }, options),
      // A run has all of its consumers join before its load: who joins later must not go back to where it began.
      withMore: (act) => withOne(act, { ends: [] }),
    })
  await withOne(runAll, made?.value ?? {})
  await made?.release()
}

/**
 * False where the mock cluster has got into its own way: it takes a group for complete when its leader has said who gets what, and
 * refuses whoever asks after that as malformed, where a broker answers.
 */
async function becomesReady(driver: TargetDriver): Promise<boolean> {
  try {
    await driver.ready?.()
    return true
  } catch (error) {
    if (/request being malformed/.test(messageOf(error))) return false
    throw error
  }
}

/** Produces so many messages while a second consumer joins and leaves the group; resolves with the account when all has arrived. */
export async function accountOfChangingGroup(
  brokers: readonly string[],
  topic: string,
  count: number,
): Promise<ReturnType<ConsumedTopic['ledger']['figures']> & { readonly faults: readonly string[] }> {
  const found: Awaited<ReturnType<typeof accountOfChangingGroup>>[] = []
  const settings = { topic, partitions: 4, maxWait: '50ms', sessionTimeout: '6s' }
  await withConsumedTopic(brokers, settings, async ({ produce, ledger, driver, withMore }) => {
    const some = async (messages: number) => {
      for (let left = messages; left > 0; left -= AT_ONCE)
        await Promise.all(Array.from({ length: Math.min(AT_ONCE, left) }, () => produce()))
    }
    const third = Math.floor(count / 3)
    await some(third)
    await withMore(() => some(third))
    await some(count - 2 * third)
    await driver.quiesce?.(kafkaClock.nowMs() + 60_000)
    found.push({ ...ledger.figures(), faults: ledger.faults })
  })
  return found[0] as (typeof found)[number]
}

const AT_ONCE = 20
