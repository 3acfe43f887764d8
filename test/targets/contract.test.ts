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
  return withHttp2Server(
    (stream, { ':path': path }, _place, session) => {
      if (path === '/failing') return session.destroy()
      if (path === '/silent') return
      const answer = () => {
        stream.respond({ ':status': 200 })
        stream.end('answered')
      }
      if (path === '/slow') afterSlow(answer)
      else answer()
    },
    ({ url }) => body({ config: httpPlugin.configSchema.parse({ url, version: 2 }), ...HTTP_REQUESTS }),
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
} as const
const EVENTS = { 'content-type': 'text/event-stream' }

function withSseTarget(body: (target: LiveTarget) => Promise<void>): Promise<void> {
  const listener: RequestListener = ({ url, socket }, response) => {
    if (url === '/failing') socket.destroy()
    else if (url === '/answered') response.writeHead(200, EVENTS).write(anEvent('1') + anEvent('2'))
    else if (url !== '/silent') response.writeHead(404).end()
  }
  return withServer(listener, (url) =>
    body({ config: ssePlugin.configSchema.parse({ url }), ...SUBSCRIPTIONS }),
  )
}

function withHttp2SseTarget(body: (target: LiveTarget) => Promise<void>): Promise<void> {
  return withHttp2Server(
    (stream, { ':path': path }, _place, session) => {
      if (path === '/failing') return session.destroy()
      if (path === '/silent') return
      stream.respond(path === '/answered' ? { ':status': 200, ...EVENTS } : { ':status': 404 })
      if (path !== '/answered') return stream.end()
      stream.write(anEvent('1') + anEvent('2'))
    },
    ({ url }) => body({ config: ssePlugin.configSchema.parse({ url, version: 2 }), ...SUBSCRIPTIONS }),
  )
}

/** A model that answers hello, and goes silent or fails by its name. */
function withLlmTarget(body: (target: LiveTarget) => Promise<void>): Promise<void> {
  const listener: RequestListener = async (request, response) => {
    let asked = ''
    for await (const part of request) asked += part
    if (asked.includes('failing')) request.socket.destroy()
    else if (!asked.includes('silent'))
      response
        .writeHead(200, EVENTS)
        .end(anEvent({ choices: [{ delta: { content: 'hello' } }] }) + anEvent('[DONE]'))
  }
  return withServer(listener, (url) =>
    body({
      config: llmPlugin.configSchema.parse({ url: `${url}/v1`, model: 'm' }),
      answered: { prompt: 'answered' },
      silent: { prompt: 'silent' },
      failing: { request: { prompt: 'failing' }, kind: 'reset' },
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

describeTarget({ name: 'http, version 1.1', has: ['slow'], plugin: httpPlugin, withTarget: withHttp1Target })
describeTarget({ name: 'http, version 2', has: ['slow'], plugin: httpPlugin, withTarget: withHttp2Target })
describeTarget({ name: 'function', has: ['slow'], plugin: functionPlugin, withTarget: withFunctionTarget })
describeTarget({ name: 'sandbox', plugin: sandboxPlugin, withTarget: withSandboxTarget })
describeTarget({ name: 'sse, over HTTP/1.1', plugin: ssePlugin, withTarget: withSseTarget })
describeTarget({ name: 'sse, over HTTP/2', plugin: ssePlugin, withTarget: withHttp2SseTarget })
describeTarget({ name: 'llm', plugin: llmPlugin, withTarget: withLlmTarget })
