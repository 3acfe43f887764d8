import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { startRecording } from '../../harness/app/record.ts'
import { aCapturingHost } from '../kit/capturing-host.ts'
import { withFolder } from '../kit/file-system.ts'
import { harnessErrorOf } from '../kit/scenario-documents.ts'
import { startHttpServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'

describe('A recording', (test) => {
  test('becomes a scenario with what passed through the proxy, under the names of the target', () =>
    withFolder(async (folder) => {
      const server = await startHttpServer((request, response) => {
        if (request.url === '/login') {
          response.writeHead(302, {
            location: `http://${request.headers.host}/home`,
            'set-cookie': 'sid=1; Path=/; Secure; Domain=shop.example',
          })
          return response.end()
        }
        response.setHeader('content-type', 'application/json')
        return response.end(JSON.stringify({ cart: { id: 'cart-5521' }, host: request.headers.host }))
      })
      try {
        const seen: string[] = []
        const recording = await startRecording(
          {
            host: '127.0.0.1',
            port: 0,
            target: server.url,
            out: 'visit.yaml',
            onEntry: ({ request }) => seen.push(request.method),
          },
          aCapturingHost([], folder),
        )
        const login = await fetch(`${recording.url}/login`, { redirect: 'manual' })
        assert.is(login.headers.get('location'), `${recording.url}/home`)
        assert.is(login.headers.get('set-cookie'), 'sid=1; Path=/')
        const made = await fetch(`${recording.url}/carts`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: 'Bearer abcdefgh12345' },
          body: '{"item":1}',
        })
        assert.equal(await made.json(), { cart: { id: 'cart-5521' }, host: new URL(server.url).host })
        await (await fetch(`${recording.url}/carts/cart-5521`)).text()
        const { journeyCount, report } = await recording.finish()

        const text = readFileSync(join(folder, 'visit.yaml'), 'utf8')
        assert.is(journeyCount, 1)
        assert.equal(seen, ['GET', 'POST', 'GET'])
        assert.match(text, `url: ${server.url}`)
        assert.match(text, 'cartId: json:cart.id')
        assert.match(text, '/carts/{{cartId}}')
        assert.not.match(text, 'abcdefgh12345')
        assert.equal(
          report.secrets.map(([name]) => name),
          ['API_TOKEN'],
        )
      } finally {
        await server.close()
      }
    }))

  test('is refused before it begins when it could not be written, and ends in an error without requests', () =>
    withFolder(async (folder) => {
      const host = aCapturingHost([], folder)
      const settings = { host: '127.0.0.1', port: 0, out: 'visit.yaml', onEntry: () => undefined }
      const refused = async (target: string) => {
        try {
          const recording = await startRecording({ ...settings, target }, host)
          await recording.finish()
          return ''
        } catch (error) {
          return (error as Error).message
        }
      }
      assert.match(await refused('shop'), 'is no URL')
      assert.is(await refused('http://127.0.0.1:9'), 'nothing was recorded')
      try {
        await startRecording({ ...settings, target: 'http://127.0.0.1:9', out: '.' }, host)
        assert.unreachable()
      } catch (error) {
        harnessErrorOf(error, 'USAGE')
      }
    }))
})
