/** Streams, buckets and the consumer that a run needs: those that are missing are made, and removed after it. */
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/transport-node'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { parseDurationMs } from '../../base/units.ts'
import type { ProvisionContext, Provisioned } from '../../ports/target-plugin.ts'
import { connectOnce } from './connect.ts'
import type { NatsConfig } from './schema.ts'

const TIMEOUT_MS = 5000
const NANOS_PER_MS = 1_000_000

/** Removes one thing that was made. */
type Undo = (manager: JetStreamManager) => Promise<unknown>

/** @throws HarnessError TARGET_UNREACHABLE */
export async function provisionNats(config: NatsConfig, context: ProvisionContext): Promise<Provisioned> {
  const { streams, buckets, consume } = config
  if (streams.length + buckets.length === 0 && consume?.stream === undefined)
    return { value: {}, release: () => Promise.resolve() }
  const made: Undo[] = []
  const release = () => undoAll(config, context, made)
  try {
    return await withManager(config, context, async (manager, connection) => {
      for (const stream of streams) await makeStream(manager, stream, made)
      for (const bucket of buckets) await makeBucket(manager, connection, bucket, made)
      const consumer = await makeConsumer(manager, config, context.runId, made)
      return { value: consumer === null ? {} : { consumer }, release }
    })
  } catch (cause) {
    await release().catch(() => undefined)
    throw new HarnessError('TARGET_UNREACHABLE', `${config.url}: ${messageOf(cause)}`, {
      cause,
      hint: 'Start the NATS server with JetStream (nats-server -js), and name streams that exist or are to be made.',
    })
  }
}

async function withManager<T>(
  config: NatsConfig,
  { secrets, runId }: ProvisionContext,
  body: (manager: JetStreamManager, connection: NatsConnection) => Promise<T>,
): Promise<T> {
  const name = `proofload ${runId} provision`
  const connection = await connectOnce({ config, secrets, name, timeoutMs: TIMEOUT_MS })
  try {
    return await body(await jetstreamManager(connection), connection)
  } finally {
    await connection.close()
  }
}

async function makeStream(
  manager: JetStreamManager,
  { name, subjects, storage }: NatsConfig['streams'][number],
  made: Undo[],
): Promise<void> {
  if (await exists(() => manager.streams.info(name))) return
  await manager.streams.add({ name, subjects, storage })
  made.push((undoing) => undoing.streams.delete(name))
}

async function makeBucket(
  manager: JetStreamManager,
  connection: NatsConnection,
  bucket: string,
  made: Undo[],
): Promise<void> {
  const stream = `KV_${bucket}`
  if (await exists(() => manager.streams.info(stream))) return
  await new Kvm(connection).create(bucket)
  made.push((undoing) => undoing.streams.delete(stream))
}

/** Makes the consumer that all members share; its name, or null where they consume no stream. */
async function makeConsumer(
  manager: JetStreamManager,
  { consume }: NatsConfig,
  runId: string,
  made: Undo[],
): Promise<string | null> {
  if (consume?.stream === undefined) return null
  const { stream, subject, ackWait, prefetch, members } = consume
  const name = `proofload-${runId.replace(/[^\w-]/g, '-')}`
  await manager.consumers.add(stream, {
    durable_name: name,
    filter_subject: subject,
    ack_policy: 'explicit',
    ack_wait: parseDurationMs(ackWait) * NANOS_PER_MS,
    deliver_policy: 'new',
    max_ack_pending: prefetch * members,
  })
  made.push((undoing) => undoing.consumers.delete(stream, name))
  return name
}

/** The last first: a consumer is gone before its stream. */
async function undoAll(config: NatsConfig, context: ProvisionContext, made: Undo[]): Promise<void> {
  if (made.length === 0) return
  await withManager(config, context, async (manager) => {
    for (const undo of made.reverse()) await exists(() => undo(manager))
  })
}

/** Tells whether there is what an operation asks for. @throws whatever else is wrong */
async function exists(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask()
    return true
  } catch (error) {
    if (/not found/i.test(messageOf(error))) return false
    throw error
  }
}
