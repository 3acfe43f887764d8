import * as assert from 'uvu/assert'
import { postJson } from '../../harness/alerts/post-json.ts'
import { HarnessError } from '../../harness/base/errors.ts'
import { type Answering, withService } from '../kit/alerts.ts'
import { closedPort } from '../kit/raw-server.ts'
import { describe } from '../kit/suite.ts'

const SECRET_PATH = '/services/T0/B0/s3cr3t?token=t0k3n'

/** What a post to the address is rejected with. */
async function rejection(url: string, signal = new AbortController().signal): Promise<HarnessError> {
  try {
    await postJson({ url, json: '{}', signal })
  } catch (error) {
    if (error instanceof HarnessError) return error
    throw error
  }
  throw new Error('was taken')
}

/** Message of the rejection by a service that answers so; its own origin reads ORIGIN. */
async function rejectionBy(answer: Answering): Promise<string> {
  let message = ''
  await withService(async ({ url }) => {
    const error = await rejection(`${url}${SECRET_PATH}`)
    assert.is(error.code, 'ALERT_FAILED')
    message = error.message.replaceAll(url, 'ORIGIN')
  }, answer)
  return message
}

describe('postJson', (test) => {
  test('takes any 2xx for an answer, however long the rest of it', async () => {
    for (const status of [200, 202, 204])
      await withService(
        async ({ url, posted }) => {
          await postJson({ url, json: '{"a":1}', signal: new AbortController().signal })
          assert.equal(posted[0]?.json, { a: 1 })
        },
        (response) => response.writeHead(status).end(status === 200 ? 'x'.repeat(1_000_000) : ''),
      )
  })

  test('names the status and what was said', async () => {
    const message = await rejectionBy((response) => response.writeHead(404).end('no_team'))

    assert.is(message, 'ORIGIN answered 404: no_team')
  })

  test('says no more than 200 characters of an answer without end', async () => {
    const message = await rejectionBy((response) => {
      response.writeHead(500)
      const writeOn = () => {
        while (!response.destroyed && response.write('x'.repeat(1000)));
      }
      response.on('drain', writeOn)
      writeOn()
    })

    assert.is(message, `ORIGIN answered 500: ${'x'.repeat(197)}...`)
  })

  test('does not follow to where it was not sent', async () => {
    const message = await rejectionBy((response) =>
      response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
    )

    assert.is(message, 'ORIGIN answered 307')
  })

  test('masks an address that the service repeats, and steering characters', async () => {
    const message = await rejectionBy((response) =>
      response
        .writeHead(400)
        .end(`Cannot POST ${SECRET_PATH}; no /services/T0/B0/s3cr3t with ?token=t0k3n \u001b[2J`),
    )

    assert.is(message, 'ORIGIN answered 400: Cannot POST ***; no *** with *** \\u{1b}[2J')
  })

  test('names the origin alone when nobody answers', async () => {
    const port = await closedPort()
    for (const host of ['127.0.0.1', 'localhost']) {
      const { message } = await rejection(`http://${host}:${port}${SECRET_PATH}`)

      assert.match(message, new RegExp(`^http://${host}:${port} cannot be reached: .*ECONNREFUSED`))
      assert.not.match(message, /s3cr3t|t0k3n/)
    }
  })

  test('ends when its time is up', () =>
    withService(
      async ({ url }) => {
        const limit = new AbortController()
        const rejected = rejection(`${url}${SECRET_PATH}`, limit.signal)
        limit.abort()

        assert.is((await rejected).message, `${url} did not answer in time`)
      },
      () => undefined,
    ))
})
