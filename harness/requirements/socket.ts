/** TCP connections for checks: opened within the limit of the check, closed when it is over. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import * as z from 'zod'
import { connectionFailureOf } from '../base/errors.ts'
import { lookupFor } from '../base/loopback.ts'

export const host = z.string().min(1, 'a host, for example 127.0.0.1').describe('Host name or address')
export const port = z.number().int().min(1).max(65_535)

/** Connects, lets `body` talk, and closes the connection. Rejects with the failure of the connection, or of `body`. */
export async function withConnection<T>(
  address: { readonly host: string; readonly port: number },
  signal: AbortSignal,
  body: (socket: Socket) => Promise<T>,
): Promise<T> {
  const lookup = lookupFor(address.host)
  const socket = connect({ ...address, ...(lookup === undefined ? {} : { lookup }) })
  const giveUp = () => socket.destroy(new Error('gave up'))
  signal.addEventListener('abort', giveUp)
  // Heard by whoever waits for the next byte; after that by nobody.
  socket.on('error', () => undefined)
  try {
    await once(socket, 'connect', { signal })
    return await body(socket)
  } catch (error) {
    throw new Error(connectionFailureOf(error, 'no connection'), { cause: error })
  } finally {
    signal.removeEventListener('abort', giveUp)
    socket.destroy()
  }
}
