/** The queue that a run consumes: one that is missing is made, and removed after it. */
import type { ChannelModel } from 'amqplib'
import { HarnessError, messageOf } from '../../base/errors.ts'
import type { ProvisionContext, Provisioned } from '../../ports/target-plugin.ts'
import { connectOnce } from './connect.ts'
import type { AmqpConfig } from './schema.ts'

const TIMEOUT_MS = 5000

/** @throws HarnessError TARGET_UNREACHABLE */
export async function provisionAmqp(config: AmqpConfig, context: ProvisionContext): Promise<Provisioned> {
  const { consume, url } = config
  if (consume === undefined) return { value: {}, release: () => Promise.resolve() }
  try {
    const isMade = await withConnection(config, context, (connection) => makeQueue(connection, consume))
    return {
      value: {},
      async release() {
        if (!isMade) return
        await withConnection(config, context, async (connection) => {
          await (await connection.createChannel()).deleteQueue(consume.queue)
        })
      },
    }
  } catch (cause) {
    throw new HarnessError('TARGET_UNREACHABLE', `${url}: ${messageOf(cause)}`, {
      cause,
      hint: 'Start the AMQP broker, and name an exchange that exists.',
    })
  }
}

/** True when it was not there. */
async function makeQueue(
  connection: ChannelModel,
  { queue, type, bind }: NonNullable<AmqpConfig['consume']>,
): Promise<boolean> {
  if (await exists(connection, queue)) return false
  const channel = await connection.createChannel()
  await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': type } })
  if (bind !== undefined) await channel.bindQueue(queue, bind.exchange, bind.routingKey)
  return true
}

/** The broker closes the channel on which a queue is asked for that it does not have. */
async function exists(connection: ChannelModel, queue: string): Promise<boolean> {
  const channel = await connection.createChannel()
  channel.on('error', () => undefined)
  try {
    await channel.checkQueue(queue)
    await channel.close()
    return true
  } catch (error) {
    if (/404|NOT.FOUND/.test(messageOf(error))) return false
    throw error
  }
}

async function withConnection<T>(
  config: AmqpConfig,
  { secrets, runId }: ProvisionContext,
  body: (connection: ChannelModel) => Promise<T>,
): Promise<T> {
  const name = `proofload ${runId} provision`
  const connection = await connectOnce({ config, secrets, name, timeoutMs: TIMEOUT_MS })
  try {
    return await body(connection)
  } finally {
    await connection.close()
  }
}
