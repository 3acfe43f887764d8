/** Where sockets go, and as whom: `connectTo`, a socket of this machine, a name of its own, a certificate of its own. */
import { createServer as createPlain, type RequestListener } from 'node:http'
import { createSecureServer } from 'node:http2'
import { createServer as createSecure } from 'node:https'
import type { AddressInfo, Server as NetServer } from 'node:net'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import * as assert from 'uvu/assert'
import { driveStep } from '../../../harness/contract/driven-exchange.ts'
import { httpPlugin } from '../../../harness/targets/http/index.ts'
import { withDriver } from '../../kit/drive.ts'
import { withFolder } from '../../kit/file-system.ts'
import { harnessErrorOf } from '../../kit/scenario-documents.ts'
import { describe } from '../../kit/suite.ts'
import { LOCALHOST_CERT_FILE, LOCALHOST_KEY_FILE, LOCALHOST_TLS } from '../../kit/tls.ts'

/** The host that was asked for, the name of TLS, and the certificate that the client showed. */
const tell: RequestListener = ({ headers, socket }, response) => {
  const { servername, getPeerCertificate } = socket as TLSSocket
  const shown = getPeerCertificate?.call(socket)?.subject?.CN
  const host = headers.host ?? (headers as Record<string, string>)[':authority']
  response.end([host, servername || 'no name', shown ?? 'nobody'].join(' '))
}

async function listening(server: NetServer, at: object, body: () => Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => server.listen(at, resolve))
  try {
    await body()
  } finally {
    server.close()
  }
}

/** The text that a target of this configuration answers, or its failure. */
async function answerOf(config: Readonly<Record<string, unknown>>): Promise<string> {
  let told = ''
  await withDriver(httpPlugin, config, async (driver) => {
    const { kind, text, errorText } = await driveStep(httpPlugin, driver, { path: '/' })
    told = kind === 'none' ? text : `${kind}: ${errorText}`
  })
  return told
}

describe('A place to connect to', (test) => {
  test('takes the place of the address, and nothing of what is asked', async () => {
    const server = createPlain(tell)
    await listening(server, { port: 0, host: '127.0.0.1' }, async () => {
      const { port } = server.address() as AddressInfo
      const connectTo = `127.0.0.1:${port}`

      assert.is(
        await answerOf({ url: 'http://shop.example:81/', connectTo }),
        'shop.example:81 no name nobody',
      )
      assert.equal(
        httpPlugin.hostsOf(httpPlugin.configSchema.parse({ url: 'http://shop.example', connectTo })),
        ['127.0.0.1'],
      )
    })
  })

  test('may be a socket of this machine', () =>
    withFolder((folder) => {
      const path = join(folder, 'shop.sock')
      const config = { url: 'http://shop.example', connectTo: `unix:${path}` }
      return listening(createPlain(tell), { path }, async () => {
        assert.is(await answerOf(config), 'shop.example no name nobody')
        assert.equal(httpPlugin.hostsOf(httpPlugin.configSchema.parse(config)), [])
      })
    }))

  test('is refused when it is none', () => {
    for (const connectTo of [
      'shop.example',
      'unix:shop.sock',
      'http://a:1',
      'a:b',
      'user@a:1',
      'a:99999',
      '',
    ])
      assert.is(httpPlugin.configSchema.safeParse({ url: 'http://h', connectTo }).success, false, connectTo)
    for (const connectTo of ['shop.example:80', '[::1]:8080', 'unix:/run/shop.sock'])
      assert.is(httpPlugin.configSchema.safeParse({ url: 'http://h', connectTo }).success, true, connectTo)
  })
})

for (const version of [1, 2] as const)
  describe(`TLS both ways, HTTP/${version}`, (test) => {
    const options = { ...LOCALHOST_TLS, ca: LOCALHOST_TLS.cert, requestCert: true, rejectUnauthorized: true }
    const serverOf = () =>
      version === 1 ? createSecure(options, tell) : createSecureServer(options, tell as never)

    test('shows its certificate, and asks for the name it is told', async () => {
      const server = serverOf()
      await listening(server, { port: 0, host: '127.0.0.1' }, async () => {
        const { port } = server.address() as AddressInfo
        const tls = {
          ca: LOCALHOST_CERT_FILE,
          cert: LOCALHOST_CERT_FILE,
          key: LOCALHOST_KEY_FILE,
          serverName: 'localhost',
        }
        const url = `https://127.0.0.1:${port}`

        assert.is(await answerOf({ url, version, tls }), `127.0.0.1:${port} localhost proofload test`)
        assert.match(await answerOf({ url, version, tls: { ...tls, serverName: 'other.example' } }), /^tls: /)
        assert.match(
          await answerOf({ url, version, tls: { ca: LOCALHOST_CERT_FILE } }),
          /^(tls|reset|connection|protocol)/,
        )
      })
    })
  })

describe('A certificate of its own', (test) => {
  test('needs its key, and files that are one', async () => {
    const parse = (tls: object) => httpPlugin.configSchema.safeParse({ url: 'https://h', tls })
    assert.match(parse({ cert: 'a.pem' }).error?.message ?? '', 'a certificate needs its key')
    for (const cert of ['/nowhere.pem', LOCALHOST_KEY_FILE])
      await withDriver(httpPlugin, { url: 'https://h', tls: { cert, key: LOCALHOST_KEY_FILE } }, () =>
        Promise.resolve(),
      ).then(
        () => assert.unreachable(cert),
        (error: unknown) =>
          assert.match(harnessErrorOf(error, 'SCENARIO_INVALID').message, /^tls\.cert and tls\.key/),
      )
  })
})
