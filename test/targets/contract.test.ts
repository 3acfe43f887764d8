import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describeTarget } from '../../harness/contract/target.ts'
import type { LiveTarget } from '../../harness/contract/target-case.ts'
import { functionPlugin } from '../../harness/targets/function/index.ts'
import { httpPlugin } from '../../harness/targets/http/index.ts'
import { llmPlugin } from '../../harness/targets/llm/index.ts'
import { sandboxPlugin } from '../../harness/targets/sandbox/index.ts'
import { ssePlugin } from '../../harness/targets/sse/index.ts'
import { withHttp2Server } from '../kit/http2-server.ts'
import { withSandbox } from '../kit/sandbox.ts'
import { anEvent } from '../kit/stream-server.ts'

const SLOW_MS = 30
/** Timers may fire a fraction of a millisecond early. */
const afterSlow = (answer: () => void) => setTimeout(answer, SLOW_MS + 1)

const HTTP_REQUESTS = {
  answered: { path: '/answered' },
  silent: { path: '/silent' },
  failing: { request: { path: '/failing' }, kind: 'reset' },
  slow: { request: { path: '/slow' }, ms: SLOW_MS },
} as const

function withHttp1Target(body: (target: LiveTarget) => Promise<void>): Promise<void> {
  const listener: RequestListener = ({ url, socket }, response) => {
    if (url === '/failing') socket.destroy()
    else if (url === '/slow') afterSlow(() => response.end('answered'))
    else if (url !== '/silent') response.end('answered')
  }
  return withServer(listener, (url) =>
    body({ config: httpPlugin.configSchema.parse({ url }), ...HTTP_REQUESTS }),
  )
}

async function withServer(listener: RequestListener, body: (url: string) => Promise<void>): Promise<void> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    await body(url)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

function withHttp2Target(body: (target: LiveTarget) => Promise<void>): Promise<void> {
  let dropped = 0
  return withHttp2Server(
    (stream, { ':path': path }, _place, session) => {
      if (path === '/dropped') dropped++
      if (path === '/failing' || path === '/dropped') return session.destroy()
      if (path === '/silent') return
      const answer = () => {
        stream.respond({ ':status': 200 })
        stream.end('answered')
      }
      if (path === '/slow') afterSlow(answer)
      else answer()
    },
    ({ url }) =>
      body({
        config: httpPlugin.configSchema.parse({ url, version: 2 }),
        ...HTTP_REQUESTS,
        dropped: { request: { path: '/dropped' }, seen: () => dropped },
      }),
  )
}

function withFunctionTarget(body: (target: LiveTarget) => Promise<void>): Promise<void> {
  const handler = (input: unknown): unknown => {
    if (input === 'failing') throw new Error('as it was told')
    if (input === 'slow') return new Promise<void>((resolve) => afterSlow(resolve))
    return input === 'silent' ? new Promise(() => undefined) : { input }
  }
  return body({
    config: functionPlugin.configSchema.parse({ handler: { $code: 'target.config.handler' } }),
    code: (path) => (path === 'target.config.handler' ? handler : undefined),
    answered: { input: 'answered' },
    silent: { input: 'silent' },
    failing: { request: { input: 'failing' }, kind: 'code' },
    slow: { request: { input: 'slow' }, ms: SLOW_MS },
  })
}

const subscribe = (path: string) => ({ subscribe: path, until: { events: 2 } })
const SUBSCRIPTIONS = {
  answered: subscribe('/answered'),
  silent: subscribe('/silent'),
  failing: { request: subscribe('/failing'), kind: 'reset' },
  slow: { request: subscribe('/slow'), ms: SLOW_MS },
} as const
const EVENTS = { 'content-type': 'text/event-stream' }

function withSseTarget(body: (target: LiveTarget) => Promise<void>): Promise<void> {
  let dropped = 0
  const listener: RequestListener = ({ url, socket }, response) => {
    const push = () => response.writeHead(200, EVENTS).write(anEvent('1') + anEvent('2'))
    if (url === '/dropped') dropped++
    if (url === '/failing' || url === '/dropped') socket.destroy()
    else if (url === '/slow') afterSlow(push)
    else if (url === '/answered') push()
    else if (url !== '/silent') response.writeHead(404).end()
  }
  return withServer(listener, (url) =>
    body({
      config: ssePlugin.configSchema.parse({ url }),
      ...SUBSCRIPTIONS,
      dropped: { request: subscribe('/dropped'), seen: () => dropped },
    }),
  )
}

function withHttp2SseTarget(body: (target: LiveTarget) => Promise<void>): Promise<void> {
  let dropped = 0
  return withHttp2Server(
    (stream, { ':path': path }, _place, session) => {
      const push = () => {
        stream.respond({ ':status': 200, ...EVENTS })
        stream.write(anEvent('1') + anEvent('2'))
      }
      if (path === '/dropped') dropped++
      if (path === '/failing' || path === '/dropped') return session.destroy()
      if (path === '/silent') return
      if (path === '/slow') afterSlow(push)
      else if (path === '/answered') push()
      else {
        stream.respond({ ':status': 404 })
        stream.end()
      }
    },
    ({ url }) =>
      body({
        config: ssePlugin.configSchema.parse({ url, version: 2 }),
        ...SUBSCRIPTIONS,
        dropped: { request: subscribe('/dropped'), seen: () => dropped },
      }),
  )
}

/** A model that answers hello, and goes silent, hangs up or takes its time by what it is asked. */
function withLlmTarget(body: (target: LiveTarget) => Promise<void>): Promise<void> {
  let dropped = 0
  const listener: RequestListener = async (request, response) => {
    let asked = ''
    for await (const part of request) asked += part
    const answer = () =>
      response
        .writeHead(200, EVENTS)
        .end(anEvent({ choices: [{ delta: { content: 'hello' } }] }) + anEvent('[DONE]'))
    if (asked.includes('dropped')) dropped++
    if (asked.includes('failing') || asked.includes('dropped')) request.socket.destroy()
    else if (asked.includes('slow')) afterSlow(answer)
    else if (!asked.includes('silent')) answer()
  }
  return withServer(listener, (url) =>
    body({
      config: llmPlugin.configSchema.parse({ url: `${url}/v1`, model: 'm' }),
      answered: { prompt: 'answered' },
      silent: { prompt: 'silent' },
      failing: { request: { prompt: 'failing' }, kind: 'reset' },
      slow: { request: { prompt: 'slow' }, ms: SLOW_MS },
      dropped: { request: { prompt: 'dropped' }, seen: () => dropped },
    }),
  )
}

/** An operation of the sandbox takes a minute here; its pages are answered at once. */
function withSandboxTarget(body: (target: LiveTarget) => Promise<void>): Promise<void> {
  return withSandbox({ faults: { fixed: { ms: 60_000 } } }, ({ url }) =>
    body({
      config: { url },
      answered: { path: '/__faults' },
      silent: { path: '/items/1' },
      failing: { request: { path: '/{{unset}}' }, kind: 'code' },
    }),
  )
}

const SENT_AGAIN =
  'what was sent on a kept connection that ends without a byte of its answer is sent once more, as docs/target-http.md says'
const OVER_HTTP = { pooled: 'connections are opened by the requests that need them' } as const
const OVER_EVENTS = {
  has: ['slow', 'dropped'],
  lacks: { ...OVER_HTTP, mortal: 'instants are told at the end of a stream alone, which the law waits for' },
} as const
const IN_PROCESS = 'there is no connection to lose or to open'
const AS_HTTP = 'its driver is the one of http'

describeTarget({
  name: 'http, version 1.1',
  has: ['slow'],
  lacks: { ...OVER_HTTP, mortal: SENT_AGAIN, dropped: SENT_AGAIN },
  plugin: httpPlugin,
  withTarget: withHttp1Target,
})
describeTarget({
  name: 'http, version 2',
  has: ['slow', 'dropped'],
  lacks: { ...OVER_HTTP, mortal: SENT_AGAIN },
  plugin: httpPlugin,
  withTarget: withHttp2Target,
})
describeTarget({
  name: 'function',
  has: ['slow'],
  lacks: { mortal: IN_PROCESS, dropped: IN_PROCESS, pooled: IN_PROCESS },
  plugin: functionPlugin,
  withTarget: withFunctionTarget,
})
describeTarget({
  name: 'sandbox',
  lacks: { slow: AS_HTTP, mortal: AS_HTTP, dropped: AS_HTTP, pooled: AS_HTTP },
  plugin: sandboxPlugin,
  withTarget: withSandboxTarget,
})
describeTarget({ name: 'sse, over HTTP/1.1', ...OVER_EVENTS, plugin: ssePlugin, withTarget: withSseTarget })
describeTarget({
  name: 'sse, over HTTP/2',
  ...OVER_EVENTS,
  plugin: ssePlugin,
  withTarget: withHttp2SseTarget,
})
describeTarget({ name: 'llm', ...OVER_EVENTS, plugin: llmPlugin, withTarget: withLlmTarget })
