import type { ServerResponse } from 'node:http'
import type { Clock } from '../../base/clock.ts'

/** Between half an answer and the reset: a client that finds both at once reads an end in place of the reset. */
const RESET_AFTER_MS = 5

/** An answer before it is sent. `value` is its JSON document. */
export interface Reply {
  readonly status: number
  readonly value: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** The input of an answer. `parameter` is the variable part of the path, '' if there is none. */
export interface RouteCall {
  readonly id: string
  readonly parameter: string
}

/** Sends a whole answer; nothing happens when the client has left. */
export function sendReply(response: ServerResponse, reply: Reply): void {
  if (response.destroyed) return
  const body = writeHead(response, reply)
  response.end(body)
}

/** Sends the head and half of the body, then resets the connection. */
export function breakOffReply(response: ServerResponse, reply: Reply, clock: Clock): void {
  if (response.destroyed) return
  const body = writeHead(response, reply)
  response.write(body.subarray(0, body.length >> 1))
  clock.after(RESET_AFTER_MS, () => response.socket?.resetAndDestroy())
}

/** Returns the body that the head promises. */
function writeHead(response: ServerResponse, reply: Reply): Buffer {
  const body = Buffer.from(JSON.stringify(reply.value))
  response.writeHead(reply.status, {
    'content-type': 'application/json',
    'content-length': body.length,
    ...reply.headers,
  })
  return body
}
