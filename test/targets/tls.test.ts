import { readFileSync } from 'node:fs'
import { ServerCredentials } from '@grpc/grpc-js'
import * as assert from 'uvu/assert'
import { createSystemClock, sleep } from '../../harness/base/clock.ts'
import { driveStep } from '../../harness/contract/driven-exchange.ts'
import { aDriverContext } from '../../harness/contract/driver-context.ts'
import type { TargetPlugin } from '../../harness/ports/target-plugin.ts'
import { targets } from '../../harness/targets/index.ts'
import { AMQP_HINT, AMQP_PORT, HAS_AMQP } from '../kit/amqp-server.ts'
import { ENCRYPTED, encryptedBefore, type ServerKind } from '../kit/encrypted-servers.ts'
import { ROUTE_PROTO, serveGrpc } from '../kit/grpc-server.ts'
import { describe } from '../kit/suite.ts'
import { ONLY_NAME_CERT_FILE, ONLY_NAME_KEY_FILE } from '../kit/tls.ts'

/** A protocol, and what is asked of its server. */
interface Row {
  readonly server: ServerKind
  readonly configAt: (host: string, port: number) => Readonly<Record<string, unknown>>
  readonly request: Readonly<Record<string, unknown>>
}

const atUrl = (protocol: string) => (host: string, port: number) => ({ url: `${protocol}://${host}:${port}` })

const grpcServer: ServerKind = {
  isThere: true,
  hint: '',
  async start() {
    const key = {
      private_key: readFileSync(ONLY_NAME_KEY_FILE),
      cert_chain: readFileSync(ONLY_NAME_CERT_FILE),
    }
    const { address, stop } = await serveGrpc({}, 0, ServerCredentials.createSsl(null, [key]))
    return { port: Number(address.split(':')[1]), stop: () => Promise.resolve(stop()) }
  },
}

const ROWS: Readonly<Record<string, Row>> = {
  postgres: {
    server: ENCRYPTED.postgres,
    configAt: (host, port) => ({ url: `postgres://postgres@${host}:${port}/postgres` }),
    request: { query: 'select 1' },
  },
  mysql: {
    server: ENCRYPTED.mysql,
    configAt: (host, port) => ({ url: `mysql://root@${host}:${port}` }),
    request: { query: 'select 1' },
  },
  redis: { server: ENCRYPTED.redis, configAt: atUrl('redis'), request: { command: ['PING'] } },
  nats: {
    server: ENCRYPTED.nats,
    configAt: atUrl('nats'),
    request: { publish: { subject: 'a', payload: 'b', flush: true } },
  },
  mqtt: {
    server: ENCRYPTED.mqtt,
    configAt: atUrl('mqtt'),
    request: { publish: { topic: 'a', payload: 'b', qos: 1 } },
  },
  amqp: {
    server: encryptedBefore(AMQP_PORT, HAS_AMQP, AMQP_HINT),
    configAt: atUrl('amqp'),
    request: { publish: { exchange: 'amq.fanout', routingKey: 'a', payload: 'b' } },
  },
  grpc: {
    server: grpcServer,
    configAt: (host, port) => ({ address: `${host}:${port}`, protos: [ROUTE_PROTO] }),
    request: { unary: 'route.Guide/GetFeature' },
  },
}

const clock = createSystemClock()

/** Asks through a driver of its own. */
async function ask(plugin: TargetPlugin, config: Record<string, unknown>, request: Row['request']) {
  const driver = await plugin.createDriver(plugin.configSchema.parse(config), aDriverContext(clock))
  try {
    return await driveStep(plugin, driver, request)
  } finally {
    await driver.close()
  }
}

/** Comes back once a server that listens has ended starting up, as PostgreSQL may not have. */
async function isReady(plugin: TargetPlugin, config: Record<string, unknown>): Promise<void> {
  while ((await plugin.probe(plugin.configSchema.parse(config), clock))?.reachable !== true)
    await sleep(clock, 100)
}

describe('TLS of targets', (test) => {
  for (const [name, { server, configAt, request }] of Object.entries(ROWS)) {
    if (!server.isThere) {
      test.skip(name, server.hint)
      continue
    }
    test(`${name}: asks a server whose certificate the author trusts, and refuses any other`, async () => {
      const plugin = targets.get(name)
      const running = await server.start()
      const at = (host: string, tls: object) => ({ ...configAt(host, running.port), tls })
      try {
        const trusting = at('localhost', { ca: ONLY_NAME_CERT_FILE })
        await isReady(plugin, trusting)
        const answered = await ask(plugin, trusting, request)
        assert.is(`${answered.kind} ${answered.errorText}`, 'none ')

        const unverified = await ask(plugin, at('localhost', { verify: false }), request)
        assert.is(`${unverified.kind} ${unverified.errorText}`, 'none ')

        const refusals = [
          [at('localhost', {}), /self-signed certificate/],
          [at('127.0.0.1', { ca: ONLY_NAME_CERT_FILE }), /IP: 127\.0\.0\.1 is not in the cert's list/],
        ] as const
        for (const [config, why] of refusals) {
          const refused = await ask(plugin, config, request)
          assert.is(refused.kind, 'tls', refused.errorText)
          assert.match(refused.errorText, why)

          const finding = await plugin.probe(plugin.configSchema.parse(config), clock)
          assert.is(finding?.reachable, false)
          assert.match(finding?.message ?? '', why)
          assert.not.match(finding?.message ?? '', /\n/)
          assert.match(finding?.hint ?? '', /tls: \{ ca: FILE \}/)
        }
      } finally {
        await running.stop()
      }
    })
  }
})
