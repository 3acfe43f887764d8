import * as assert from 'uvu/assert'
import type { Answer, PerformOptions } from '../../../harness/ports/target.ts'
import { HttpClient } from '../../../harness/targets/http/client.ts'
import { describe } from '../../kit/suite.ts'

const ANSWER = {} as Answer

function recorded(): { client: HttpClient; sent: unknown[]; options: PerformOptions[] } {
  const sent: unknown[] = []
  const options: PerformOptions[] = []
  const client = new HttpClient(
    (request, performOptions) => {
      sent.push(request)
      options.push(performOptions)
      return Promise.resolve(ANSWER)
    },
    (method, path, content) => [method, path, content],
  )
  return { client, sent, options }
}

describe('HttpClient', (test) => {
  test('has a method for each method', async () => {
    const { client, sent } = recorded()
    for (const method of ['get', 'head', 'options', 'post', 'put', 'patch', 'delete'] as const)
      assert.is(await client[method]('/x'), ANSWER)
    await client.request('purge', '/x')

    assert.equal(
      sent.map((request) => (request as string[])[0]),
      ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'PURGE'],
    )
  })

  test('records under the name it is given, else under method and path', async () => {
    const { client, options } = recorded()
    await client.get('/items/42?x=y')
    await client.post('/cart', { step: 'buy', expect: { status: 201 }, timeouts: { totalMs: 5 } })

    assert.equal(options, [
      { step: 'GET /items/:id', expect: undefined, timeouts: undefined },
      { step: 'buy', expect: { status: 201 }, timeouts: { totalMs: 5 } },
    ])
  })

  test('hands on what the request is made of', async () => {
    const { client, sent } = recorded()
    await client.put('/x', { json: { a: 1 }, headers: { b: 'c' } })
    await client.post('/x', { body: Uint8Array.of(0xff, 0) })

    assert.equal(sent, [
      ['PUT', '/x', { json: { a: 1 }, headers: { b: 'c' } }],
      ['POST', '/x', { body: Uint8Array.of(0xff, 0) }],
    ])
  })
})
