/** NATS servers of tests, with JetStream. */
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { isInstalled, ServerProcess } from './server-process.ts'

export const HAS_NATS = isInstalled('nats-server', '--version')
/** The reason why a test is skipped where it is not installed. */
export const NATS_HINT = 'no nats-server; apt-get install nats-server'

export function startNats(...options: readonly string[]): Promise<ServerProcess> {
  return ServerProcess.start((port, folder) => [
    'nats-server',
    ...['-a', '127.0.0.1', '-p', `${port}`, '-js', '-sd', folder],
    ...options,
  ])
}

/** A server for the time of the body, and a connection of the test itself. */
export async function withNats(
  body: (server: { url: string; process: ServerProcess; own: NatsConnection }) => Promise<void>,
  ...options: readonly string[]
): Promise<void> {
  const process = await startNats(...options)
  try {
    const own = await connect({
      servers: `127.0.0.1:${process.port}`,
      reconnect: false,
      user: 'test',
      pass: 'test',
    })
    try {
      await body({ url: `nats://127.0.0.1:${process.port}`, process, own })
    } finally {
      await own.close()
    }
  } finally {
    await process.stop()
  }
}

/** The time that an answer on `slow` takes at least. */
export const SLOW_MS = 30

/** Answers on `answered` and late on `slow`, and listens on `silent` without a word. */
export function answerOn(own: NatsConnection): Promise<void> {
  own.subscribe('answered', { callback: (_error, message) => void message.respond(message.data) })
  own.subscribe('slow', {
    // Timers fire up to 1 ms early.
    callback: (_error, message) => void setTimeout(() => message.respond(message.data), SLOW_MS + 1),
  })
  own.subscribe('silent', { callback: () => undefined })
  return own.flush()
}
