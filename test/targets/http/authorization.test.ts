import * as assert from 'uvu/assert'
import { createSystemClock } from '../../../harness/base/clock.ts'
import type { HarnessError } from '../../../harness/base/errors.ts'
import { driveStep } from '../../../harness/contract/driven-exchange.ts'
import { httpPlugin } from '../../../harness/targets/http/index.ts'
import { openToken } from '../../../harness/targets/http/oauth-token.ts'
import { httpConfigSchema, httpRequestSchema } from '../../../harness/targets/http/schema.ts'
import { createSigner } from '../../../harness/targets/http/sigv4.ts'
import { withDriver } from '../../kit/drive.ts'
import { withRawServer } from '../../kit/raw-server.ts'
import { describe } from '../../kit/suite.ts'
import { VirtualClock } from '../../kit/virtual-clock.ts'

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const base64 = (text: string) => Buffer.from(text).toString('base64')

/** The value of Authorization that a server sees; null for none. */
const proofIn = (head: string) => /^authorization: (.*)\r$/im.exec(head)?.[1] ?? null

/** What a server sees of requests of a target, of which each may state a sender of its own. */
async function proofsOf(
  auth: unknown,
  ...requests: readonly Record<string, unknown>[]
): Promise<(string | null)[]> {
  const proofs: (string | null)[] = []
  await withRawServer(
    (socket) => void socket.write(OK),
    ({ url, requests: seen }) =>
      withDriver(httpPlugin, { url, ...(auth === undefined ? {} : { auth }) }, async (driver) => {
        await driver.ready?.()
        for (const request of requests) await driveStep(httpPlugin, driver, { path: '/', ...request })
        proofs.push(...seen.map(proofIn))
      }),
  )
  return proofs
}

function tokenAnswer(token: string, expiresInS: number): string {
  const body = JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: expiresInS })
  return `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`
}

describe('authorization of http', (test) => {
  test('sends user and password, or a token, for the target or for a step', async () => {
    const basic = { basic: { user: 'ann', password: 'pä:ss' } }
    const own = { auth: { bearer: 'abc' } }

    assert.equal(await proofsOf(basic, {}, own, { auth: 'none' }, { headers: { Authorization: 'mine' } }), [
      `Basic ${base64('ann:pä:ss')}`,
      'Bearer abc',
      null,
      'mine',
    ])
    assert.equal(await proofsOf(undefined, {}, { auth: basic }), [null, `Basic ${base64('ann:pä:ss')}`])
  })

  test('takes exactly one way, and no colon in the name of a user', () => {
    const fits = (auth: unknown) => httpConfigSchema.safeParse({ url: 'http://h', auth }).success
    assert.equal(
      [
        {},
        { bearer: 'a', basic: { user: 'a', password: 'b' } },
        { basic: { user: 'a:b', password: '' } },
      ].map(fits),
      [false, false, false],
    )
    assert.not.ok(httpRequestSchema.safeParse({ path: '/', auth: {} }).success)
  })

  test('signs as AWS does: get-vanilla of its own suite', async () => {
    const clock = { wallMs: () => Date.UTC(2015, 7, 30, 12, 36) } as VirtualClock
    const sign = await createSigner(
      {
        accessKey: 'AKIDEXAMPLE',
        secretKey: '{{secret.KEY}}',
        region: 'us-east-1',
        service: 'service',
      },
      { clock },
    )
    const request = { method: 'GET', path: '/', authority: 'example.amazonaws.com', body: '' }

    assert.equal(
      sign(request, () => 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'),
      {
        'X-Amz-Date': '20150830T123600Z',
        Authorization:
          'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
      },
    )
  })

  test('signs every request of a target, its body included', async () => {
    const sigv4 = { accessKey: 'AK', secretKey: 's3cret', region: 'eu-central-1', service: 'execute-api' }
    const [first, second] = await proofsOf(
      { sigv4 },
      { method: 'POST', body: 'a' },
      { method: 'POST', body: 'b' },
    )

    assert.match(
      first ?? '',
      /^AWS4-HMAC-SHA256 Credential=AK\/\d{8}\/eu-central-1\/execute-api\/aws4_request, /,
    )
    assert.not.equal(first, second)
  })

  test('fetches one token before the load and sends it with every request', () =>
    withRawServer(
      (socket) => void socket.write(tokenAnswer('t-1', 3600)),
      async (server) => {
        const oauth2 = { tokenUrl: `${server.url}/token`, clientId: 'me', clientSecret: 'p w', scope: 'read' }
        assert.equal(await proofsOf({ oauth2 }, {}, {}), ['Bearer t-1', 'Bearer t-1'])
        assert.equal(server.requests.length, 1)
        assert.is(proofIn(server.requests[0] ?? ''), `Basic ${base64('me:p%20w')}`)
      },
    ))

  test('says why there is no token', () =>
    withRawServer(
      (socket) => {
        const body = '{"error":"invalid_client"}'
        socket.write(`HTTP/1.1 401 Unauthorized\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
      },
      async ({ url }) => {
        const oauth2 = { tokenUrl: `${url}/token`, clientId: 'me', clientSecret: 'x' }
        const config = httpConfigSchema.parse({ url, auth: { oauth2 } })
        const result = await httpPlugin.probe(config, createSystemClock())
        assert.not.ok(result?.reachable)
        assert.match(result?.message ?? '', /gave no token: status 401: invalid_client/)
        assert.match(result?.hint ?? '', /credentialsIn/)
      },
    ))

  test('renews a token before it expires, and keeps it where that fails, until it is tried again', () =>
    withRawServer(
      (socket, at) =>
        void socket.write(
          at === 1 ? 'HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n' : tokenAnswer(`t-${at}`, 100),
        ),
      async ({ url, requests }) => {
        const clock = new VirtualClock(0)
        const faults: string[] = []
        const answered = async (count: number) => {
          while (requests.length < count) await new Promise((resolve) => setImmediate(resolve))
        }
        const token = openToken(
          { tokenUrl: url, clientId: 'me', clientSecret: 'x', credentialsIn: 'body' },
          { verify: true },
          {
            clock,
            events: { measure: () => undefined, fault: (...fault) => void faults.push(fault.join(' ')) },
          },
        )
        const become = async (isSo: () => boolean) => {
          while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
        }
        await token.ready()
        assert.is(token.value, 't-0')
        await clock.advance(80_000)
        await become(() => faults.length === 1)
        assert.equal([token.value, requests.length], ['t-0', 2])
        await clock.advance(5_000)
        await become(() => token.value === 't-2')
        token.close()
        await clock.advance(1_000_000)
        await answered(3)
        assert.is(requests.length, 3)
      },
    ))

  test('is ready only with a token', async () => {
    const events = { measure: () => undefined, fault: () => undefined }
    const config = {
      tokenUrl: 'http://127.0.0.1:1/t',
      clientId: 'a',
      clientSecret: 'b',
      credentialsIn: 'body',
    } as const
    const token = openToken(config, { verify: true }, { clock: new VirtualClock(0), events })
    try {
      await token.ready()
      assert.unreachable()
    } catch (error) {
      assert.is((error as HarnessError).code, 'TARGET_UNREACHABLE')
    }
  })
})
