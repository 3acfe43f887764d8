/** Lines in datagrams. What a network loses nobody tells: only a name or a socket that does not work is a failure. */
import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { messageOf } from '../../base/errors.ts'
import { bareHost } from '../../base/loopback.ts'
import { outputFailed } from './post.ts'

/** The bytes of a datagram that fits the path of the internet. */
const DATAGRAM_BYTES_MAX = 1400

export interface Datagrams {
  /** @throws HarnessError OUTPUT_FAILED */
  send(lines: readonly string[], signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** @param address `host:port` */
export function openDatagrams(address: string): Datagrams {
  const at = address.lastIndexOf(':')
  const [host, port] = [bareHost(address.slice(0, at)), Number(address.slice(at + 1))]
  let socket: ReturnType<typeof createSocket> | null = null
  return {
    async send(lines, signal) {
      try {
        const { address: ip, family } = await lookup(host)
        socket ??= createSocket(family === 6 ? 'udp6' : 'udp4').on('error', () => undefined)
        for (const datagram of datagramsOf(lines)) {
          if (signal.aborted) return
          await sendOne(socket, datagram, port, ip)
        }
      } catch (cause) {
        throw outputFailed(`nothing could be sent to ${address}: ${messageOf(cause)}`, cause)
      }
    },
    close() {
      const open = socket
      socket = null
      return new Promise((resolve) => (open === null ? resolve() : open.close(() => resolve())))
    },
  }
}

type Socket = ReturnType<typeof createSocket>

function sendOne(socket: Socket, datagram: string, port: number, ip: string): Promise<void> {
  return new Promise((resolve, reject) =>
    socket.send(datagram, port, ip, (error) => (error === null ? resolve() : reject(error))),
  )
}

/** Joins lines as far as they fit; a longer one goes alone. */
export function datagramsOf(lines: readonly string[]): string[] {
  const datagrams: string[] = []
  let bytes = 0
  for (const line of lines) {
    const length = Buffer.byteLength(line) + 1
    const last = datagrams.length - 1
    if (last >= 0 && bytes + length <= DATAGRAM_BYTES_MAX) {
      datagrams[last] += `\n${line}`
      bytes += length
    } else {
      datagrams.push(line)
      bytes = length
    }
  }
  return datagrams
}
