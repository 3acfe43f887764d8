/** MQTT brokers of tests. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isInstalled, ServerProcess } from './server-process.ts'

export const HAS_MOSQUITTO = isInstalled('mosquitto', '-h')
/** The reason why a test is skipped where it is not installed. */
export const MOSQUITTO_HINT = 'no mosquitto; apt-get install mosquitto'

/** @param settings lines of its configuration besides */
export function startMosquitto(
  settings: readonly string[] = ['allow_anonymous true'],
): Promise<ServerProcess> {
  return ServerProcess.start((port, folder) => {
    const file = join(folder, 'mosquitto.conf')
    writeFileSync(file, [`listener ${port} 127.0.0.1`, ...settings, ''].join('\n'))
    return ['mosquitto', '-c', file]
  })
}

/** A broker for the time of the body. */
export async function withMosquitto(
  body: (broker: { url: string; process: ServerProcess }) => Promise<void>,
  settings?: readonly string[],
): Promise<void> {
  const process = await startMosquitto(settings)
  try {
    await body({ url: `mqtt://127.0.0.1:${process.port}`, process })
  } finally {
    await process.stop()
  }
}
