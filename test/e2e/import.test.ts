import * as assert from 'uvu/assert'
import { inWorkplace } from '../kit/cli.ts'
import { startHttpServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'

/** A visit whose cart had an id that no other visit gets. */
const VISIT = JSON.stringify({
  log: {
    version: '1.2',
    entries: [
      {
        startedDateTime: '2026-01-01T10:00:00.000Z',
        time: 20,
        request: { method: 'POST', url: 'https://shop.example/carts', headers: [] },
        response: {
          status: 201,
          headers: [],
          content: { mimeType: 'application/json', text: '{"cart":{"id":"recorded-cart-1"}}' },
        },
      },
      {
        startedDateTime: '2026-01-01T10:00:00.100Z',
        time: 20,
        request: { method: 'GET', url: 'https://shop.example/carts/recorded-cart-1', headers: [] },
        response: { status: 200, headers: [], content: { mimeType: 'application/json', text: '{}' } },
      },
    ],
  },
})

describe('An imported visit', (test) => {
  for (const file of ['visit.yaml', 'visit.ts'])
    test(`asks, as ${file}, for what this server made, never for what was recorded`, async () => {
      let made = 0
      const asked = new Set<string>()
      const server = await startHttpServer((request, response) => {
        const path = request.url ?? ''
        if (path.startsWith('/carts/')) asked.add(path)
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify({ cart: { id: `made-${++made}` } }))
      })
      try {
        await inWorkplace(async (place) => {
          place.write('visit.har', VISIT)
          const imported = await place.run('import', 'visit.har', '-o', file, '--target', server.url)
          assert.is(imported.status, 0, imported.stderr)
          assert.match(imported.stdout, `Wrote ${file}: 1 journey from HAR.`)
          const { status } = await place.run('run', file, '--duration', '1s', '--no-history', '--quiet')
          assert.ok(status === 0 || status === 3, `${status}`)
        })
        assert.ok(asked.size > 0)
        for (const path of asked) assert.match(path, /^\/carts\/made-\d+$/)
      } finally {
        await server.close()
      }
    })

  test('is refused with what is wrong, and writes nothing over a file', () =>
    inWorkplace(async (place) => {
      place.write('cut.har', VISIT.slice(0, -30))
      place.write('visit.har', VISIT)
      place.write('there.yaml', 'mine')
      const cut = await place.run('import', 'cut.har')
      assert.is(cut.status, 2)
      assert.match(cut.stderr, 'ends in the middle of its JSON')
      const there = await place.run('import', 'visit.har', '-o', 'there.yaml')
      assert.is(there.status, 2)
      assert.is(place.read('there.yaml'), 'mine')
    }))
})
