/** The topic that a run consumes: one that is missing is made, and removed after it, as is the group of the run. */
import type { Admin } from 'kafkajs'
import { HarnessError } from '../../base/errors.ts'
import type { ProvisionContext, Provisioned } from '../../ports/target-plugin.ts'
import { connectClient, failureOf } from './connect.ts'
import type { KafkaConfig } from './schema.ts'
import { UNKNOWN_TOPIC_OR_PARTITION } from './status.ts'

const TIMEOUT_MS = 5000
/** Tries to find the leaders of a topic that was made just now. */
const RETRIES = 8

type Consume = NonNullable<KafkaConfig['consume']>

/** The ends of the partitions before the run. */
export type Ends = readonly { readonly partition: number; readonly offset: string }[]

/** Returns the group of the consumers. */
export function groupOf({ group }: Consume, runId: string): string {
  return group ?? `proofload-${runId}`
}

/** @throws HarnessError TARGET_UNREACHABLE */
export async function provisionKafka(config: KafkaConfig, context: ProvisionContext): Promise<Provisioned> {
  const { consume, brokers } = config
  if (consume === undefined) return { value: {}, release: () => Promise.resolve() }
  const { topic, group } = consume
  try {
    const { isMade, ends } = await withAdmin(config, context, async (admin) => {
      const made = await makeTopic(admin, consume)
      const found = await admin.fetchTopicOffsets(topic)
      return { isMade: made, ends: found.map(({ partition, high }) => ({ partition, offset: high })) }
    })
    return {
      value: { ends },
      release: () =>
        withAdmin(config, context, async (admin) => {
          if (group === undefined) await quietly(admin.deleteGroups([groupOf(consume, context.runId)]))
          if (isMade) await quietly(admin.deleteTopics({ topics: [topic] }))
        }),
    }
  } catch (cause) {
    throw new HarnessError('TARGET_UNREACHABLE', `${brokers.join(', ')}: ${failureOf(cause).text}`, {
      cause,
      hint: 'Start the Kafka broker, and name a topic that exists or may be made.',
    })
  }
}

/** True when it was not there. */
async function makeTopic(admin: Admin, { topic, partitions, members }: Consume): Promise<boolean> {
  try {
    await admin.fetchTopicMetadata({ topics: [topic] })
    return false
  } catch (error) {
    if (failureOf(error).status !== UNKNOWN_TOPIC_OR_PARTITION) throw error
  }
  return admin.createTopics({ topics: [{ topic, numPartitions: partitions ?? members }] })
}

/** Waits for a removal: neither what is gone already nor what the broker does not let go is a failure, for the run is over. */
async function quietly(removed: Promise<unknown>): Promise<void> {
  await removed.catch(() => undefined)
}

async function withAdmin<T>(
  config: KafkaConfig,
  { secrets, runId, clock }: ProvisionContext,
  body: (admin: Admin) => Promise<T>,
): Promise<T> {
  const { client, sockets } = await connectClient(
    { config, secrets, clock, name: `proofload ${runId} provision`, timeoutMs: TIMEOUT_MS },
    (kafka) => kafka.admin({ retry: { retries: RETRIES } }),
  )
  try {
    return await body(client)
  } finally {
    sockets.destroy({ kind: 'closed', text: 'it is done' })
  }
}
