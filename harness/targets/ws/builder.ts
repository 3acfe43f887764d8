/** A WebSocket target and its steps, as authors write them. */
import type { Written } from '../../base/written.ts'
import type { TargetRef } from '../../ports/target-plugin.ts'
import { type RequestStep, requestStep, type StepOptions } from '../step.ts'
import type { WsClient } from './client.ts'
import type { wsAwaitSchema, wsConfigSchema, wsContentSchema, wsRequestSchema } from './schema.ts'

type Content = Written<typeof wsContentSchema>
type Awaited = Written<typeof wsAwaitSchema>

function wsStep(request: Written<typeof wsRequestSchema>, options: StepOptions = {}): RequestStep {
  return requestStep({ ...request }, options)
}

/** A WebSocket target, and its steps: `ws({ url })`, `ws.open('/rooms/7')`, `ws.request({ json: { op: 'join' } })`. */
export const ws = Object.assign(
  (config: Written<typeof wsConfigSchema>): TargetRef<WsClient> => ({ plugin: 'ws', config }),
  {
    /** Opens a session, in place of the one the agent has. */
    open: (path = '', options?: StepOptions) => wsStep({ open: path }, options),
    /** Sends a message that nobody answers. */
    send: (content: Content, options?: StepOptions) => wsStep({ send: content }, options),
    /** Sends a message that the server hands on to the standing sessions of the target. */
    broadcast: (content: Content, options?: StepOptions) =>
      wsStep({ send: content, broadcast: true }, options),
    /** Sends a message and waits for what comes after it. */
    request: (content: Content, awaited: Awaited = {}, options?: StepOptions) =>
      wsStep({ send: content, await: awaited }, options),
    /** Waits for messages. */
    receive: (awaited: Awaited = {}, options?: StepOptions) => wsStep({ await: awaited }, options),
    /** Sends a ping and waits for the pong. */
    ping: (options?: StepOptions) => wsStep({ ping: {} }, options),
    /** Closes the session and waits until it is closed. */
    close: (options?: StepOptions) => wsStep({ close: {} }, options),
  },
)
