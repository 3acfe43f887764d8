/** CPU of a message that is acknowledged, against the bare `kafkajs` library. `node --import tsx bench/targets/kafka.ts` */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { kafkaPlugin } from '../../harness/targets/kafka/index.ts'
import { withKafkaScript } from '../../test/kit/kafka-server.ts'
import { compareWithLibrary, driverFor, throughDriver } from '../kit/driver-loop.ts'

const TOPIC = 'orders'
const VALUE = 'x'.repeat(100)

if (process.send !== undefined) await withKafkaScript({}, ({ port }) => serve(port))
else await compare()

/** Tells the parent where it is, and stays until it is ended. */
async function serve(port: number): Promise<void> {
  process.send?.(port)
  await once(process, 'disconnect')
}

async function compare(): Promise<void> {
  const server = fork(new URL(import.meta.url), { execArgv: ['--import', 'tsx'] })
  const [port] = (await once(server, 'message')) as [number]
  const brokers = [`127.0.0.1:${port}`]
  const driver = await driverFor(kafkaPlugin, { brokers })
  const producer = new Kafka({ brokers, logLevel: logLevel.NOTHING }).producer({
    createPartitioner: Partitioners.DefaultPartitioner,
  })
  await producer.connect()
  try {
    await compareWithLibrary(
      'kafkajs',
      throughDriver(
        driver,
        kafkaPlugin.requestSchema.parse({ produce: { topic: TOPIC, key: 'k', value: VALUE } }),
      ),
      async () => {
        await producer.send({ topic: TOPIC, messages: [{ key: 'k', value: VALUE }] })
      },
    )
  } finally {
    await driver.close()
    await producer.disconnect()
    server.disconnect()
  }
}
