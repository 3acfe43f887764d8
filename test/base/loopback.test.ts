import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'
import { connect } from 'node:net'
import * as assert from 'uvu/assert'
import { addressesOf, beyondLoopback, isLoopback, lookupFor } from '../../harness/base/loopback.ts'
import { startHttpServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'

/** As a hosts file that says where localhost is. */
async function withLocalhostAt(addresses: readonly string[], body: () => Promise<void>): Promise<void> {
  const { lookup } = dns
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  dns.lookup = ((_host: string, _options: unknown, callback: (error: null, all: unknown) => void) =>
    setImmediate(() => callback(null, found))) as unknown as typeof dns.lookup
  syncBuiltinESMExports()
  try {
    await body()
  } finally {
    dns.lookup = lookup
    syncBuiltinESMExports()
  }
}

/** `connected`, or why not. */
function connected(port: number): Promise<string> {
  const host = 'localhost'
  const lookup = lookupFor(host)
  return new Promise((resolve) => {
    const socket = connect({ host, port, ...(lookup && { lookup }) })
    socket.on('connect', () => resolve('connected'))
    socket.on('error', (error) => resolve(error.message))
    socket.on('connect', () => socket.destroy())
  })
}

describe('Loopback', (test) => {
  test('is written in these ways', () => {
    for (const host of ['localhost', 'LOCALHOST', '127.0.0.1', '127.8.8.8', '::1', '[::1]'])
      assert.ok(isLoopback(host), host)
  })

  test('is not what looks like it', () => {
    const names = ['127.0.0.1.example', 'localhost.example', 'localhost.', 'example', '']
    for (const host of [...names, '0.0.0.0', '10.0.0.1', '127.1', '::', '::ffff:127.0.0.1'])
      assert.not.ok(isLoopback(host), host)
  })

  test('is where every address of the host is', async () => {
    assert.equal(await beyondLoopback('[::1]'), [])
    assert.equal(await beyondLoopback('10.0.0.1'), ['10.0.0.1'])
    const at = (...addresses: string[]) => beyondLoopback('localhost', () => Promise.resolve(addresses))
    assert.equal(await at('::1', '127.0.0.1'), [])
    assert.equal(await at('127.0.0.1', '192.0.2.2'), ['192.0.2.2'])
  })

  test('is what localhost is connected to, and nothing else', async () => {
    const server = await startHttpServer((_request, response) => response.end())
    const port = Number(new URL(server.url).port)
    await withLocalhostAt(['192.0.2.2', '127.0.0.1'], async () => {
      assert.equal(await addressesOf('localhost'), ['192.0.2.2', '127.0.0.1'])
      assert.is(await connected(port), 'connected')
    })
    await withLocalhostAt(['192.0.2.2'], async () => {
      assert.is(await connected(port), 'localhost is 192.0.2.2 on this machine, not loopback')
    })
    await server.close()
    assert.is(lookupFor('shop.example'), undefined)
  })
})
