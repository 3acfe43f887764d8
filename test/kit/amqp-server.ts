/** The RabbitMQ of this machine, for tests that keep to queues of their own. */
import { connect as connectSocket } from 'node:net'
import { type Channel, connect } from 'amqplib'

export const AMQP_PORT = 5672
export const AMQP_URL = `amqp://127.0.0.1:${AMQP_PORT}`
/** The time that an answer to `slow` takes at least. */
export const SLOW_MS = 30
/** The reason why a test is skipped where it is not running. */
export const AMQP_HINT = 'no AMQP broker on 127.0.0.1:5672; apt-get install rabbitmq-server'

export const HAS_AMQP = await new Promise<boolean>((resolve) => {
  const socket = connectSocket(AMQP_PORT, '127.0.0.1')
  socket.once('connect', () => {
    socket.destroy()
    resolve(true)
  })
  socket.once('error', () => resolve(false))
})

let queues = 0

/** A channel of the test itself, and the name of a queue that goes with it. */
export async function withAmqp(body: (own: Channel, queue: string) => Promise<void>): Promise<void> {
  const connection = await connect(AMQP_URL)
  const queue = `proofload-test-${process.pid}-${queues++}`
  try {
    const channel = await connection.createChannel()
    await channel.assertQueue(queue, { durable: false })
    try {
      await body(channel, queue)
    } finally {
      await channel.deleteQueue(queue)
    }
  } finally {
    await connection.close()
  }
}

/** Answers the calls on a queue, those that say `slow` late and those that say `silent` never. */
export async function answerOn(own: Channel, queue: string): Promise<void> {
  await own.consume(
    queue,
    (message) => {
      const said = message?.content.toString()
      if (message === null || said === 'silent') return
      const { replyTo, correlationId } = message.properties
      const answer = () => own.sendToQueue(replyTo, message.content, { correlationId })
      // Timers fire up to 1 ms early.
      if (said === 'slow') setTimeout(answer, SLOW_MS + 1)
      else answer()
    },
    { noAck: true },
  )
}
