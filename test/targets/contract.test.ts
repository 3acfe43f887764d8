import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { functionPlugin } from '../../harness/targets/function/index.ts'
import { httpPlugin } from '../../harness/targets/http/index.ts'
import { sandboxPlugin } from '../../harness/targets/sandbox/index.ts'
import { describeTarget, type LiveTarget } from '../contract/target.ts'
import { withHttp2Server } from '../kit/http2-server.ts'
import { withSandbox } from '../kit/sandbox.ts'

const HTTP_REQUESTS = {
  answered: { path: '/answered' },
  silent: { path: '/silent' },
  failing: { request: { path: '/failing' }, kind: 'reset' },
} as const

async function withHttp1Target(body: (target: LiveTarget) => Promise<void>): Promise<void> {
  const server = createServer(({ url, socket }, response) => {
    if (url === '/failing') socket.destroy()
    else if (url !== '/silent') response.end('answered')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    await body({ config: httpPlugin.configSchema.parse({ url }), ...HTTP_REQUESTS })
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
      stream.respond({ ':status': 200 })
      stream.end('answered')
    },
    ({ url }) => body({ config: httpPlugin.configSchema.parse({ url, version: 2 }), ...HTTP_REQUESTS }),
  )
}

function withFunctionTarget(body: (target: LiveTarget) => Promise<void>): Promise<void> {
  const handler = (input: unknown): unknown => {
    if (input === 'failing') throw new Error('as it was told')
    return input === 'silent' ? new Promise(() => undefined) : { input }
  }
  return body({
    config: functionPlugin.configSchema.parse({ handler: { $code: 'target.config.handler' } }),
    code: (path) => (path === 'target.config.handler' ? handler : undefined),
    answered: { input: 'answered' },
    silent: { input: 'silent' },
    failing: { request: { input: 'failing' }, kind: 'code' },
  })
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

describeTarget({ name: 'http, version 1.1', plugin: httpPlugin, withTarget: withHttp1Target })
describeTarget({ name: 'http, version 2', plugin: httpPlugin, withTarget: withHttp2Target })
describeTarget({ name: 'function', plugin: functionPlugin, withTarget: withFunctionTarget })
describeTarget({ name: 'sandbox', plugin: sandboxPlugin, withTarget: withSandboxTarget })
