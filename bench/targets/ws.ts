/** CPU of a message and its answer over WebSocket, against the bare `ws` library. `node --import tsx bench/targets/ws.ts` */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { wsPlugin } from '../../harness/targets/ws/index.ts'
import { echo, withWsServer } from '../../test/kit/ws-server.ts'
import { compareWithLibrary, driverFor, throughDriver } from '../kit/driver-loop.ts'

if (process.send !== undefined) await withWsServer(echo, (url) => serve(url))
else await compare()

/** Tells the parent where it is, and stays until it is ended. */
async function serve(url: string): Promise<void> {
  process.send?.(url)
  await once(process, 'disconnect')
}

async function compare(): Promise<void> {
  const server = fork(new URL(import.meta.url), { execArgv: ['--import', 'tsx'] })
  const [url] = (await once(server, 'message')) as [string]
  const driver = await driverFor(wsPlugin, { url })
  const sockets = new Map<number, WebSocket>()
  try {
    await compareWithLibrary(
      'ws',
      throughDriver(driver, { send: { text: 'hello' }, await: { count: 1 } }),
      async (lane) => {
        const socket = sockets.get(lane) ?? (await opened(url))
        sockets.set(lane, socket)
        await new Promise<void>((resolve) => {
          socket.once('message', () => resolve())
          socket.send('hello')
        })
      },
    )
  } finally {
    await driver.close()
    for (const socket of sockets.values()) socket.terminate()
    server.disconnect()
  }
}

async function opened(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false })
  await once(socket, 'open')
  return socket
}
