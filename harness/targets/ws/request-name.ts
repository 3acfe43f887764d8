import { nameOfRequest } from '../http/request-name.ts'
import type { WsRequestDocument } from './schema.ts'

/** `open /rooms/:id`, `send`, `send and await`, `await`, `ping`, `close`. */
export function nameOfWsRequest({ open, send, await: awaited, ping, close }: WsRequestDocument): string {
  if (open !== undefined) return nameOfRequest('open', open).trim()
  if (ping !== undefined) return 'ping'
  if (close !== undefined) return 'close'
  if (send === undefined) return 'await'
  return awaited === undefined ? 'send' : 'send and await'
}
