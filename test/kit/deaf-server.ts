import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'

/** Listens and then sleeps: its backlog of one is never accepted from. */
const LISTEN_AND_SLEEP = `
  const { createServer } = require('node:net')
  const { parentPort } = require('node:worker_threads')
  const server = createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage(server.address().port)
    setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))
  })`

/** A port on which a connection is neither accepted nor refused, as behind a silent firewall; null where the system does not play along. */
export async function withDeafServer(body: (port: number | null) => Promise<void>): Promise<void> {
  const worker = new Worker(LISTEN_AND_SLEEP, { eval: true })
  const [port] = (await once(worker, 'message')) as [number]
  const sockets: Socket[] = []
  try {
    let isFull = false
    // The backlog takes a few; the first that does not get through shows that it is full.
    for (let place = 0; place < 16 && !isFull; place++) {
      const socket = connect(port, '127.0.0.1')
      sockets.push(socket.on('error', () => undefined))
      const connected = once(socket, 'connect').then(() => true)
      isFull = !(await Promise.race([connected, inAMoment()]))
    }
    await body(isFull ? port : null)
  } finally {
    for (const socket of sockets) socket.destroy()
    await worker.terminate()
  }
}

function inAMoment(): Promise<boolean> {
  return new Promise((resolve) => setTimeout(() => resolve(false), 100))
}
