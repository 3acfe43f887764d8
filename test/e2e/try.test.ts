import { mkdirSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import * as assert from 'uvu/assert'
import { inWorkplace, type Workplace } from '../kit/cli.ts'
import { describe } from '../kit/suite.ts'

/** A shop that names carts by number, and wants a token to pay. */
async function whileOpen(body: (url: string, asked: readonly string[]) => Promise<void>): Promise<void> {
  const asked: string[] = []
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request
    const sent = await text(request)
    if (url !== '/') asked.push(`${method} ${url} ${sent}`.trim())
    response.setHeader('content-type', 'application/json')
    if (url === '/login') response.setHeader('set-cookie', 'sid=abcdefgh; Path=/')
    const isPaid = url === '/cart/7/pay' && headers.authorization === 'Bearer hidden-word'
    response.statusCode = isPaid || url === '/login' ? 200 : 404
    if (url === '/cart') response.statusCode = 201
    response.end(url === '/cart' ? '{"id":7,"lines":[{"sku":"a"}],"token":"t-1234567"}' : '{"paid":true}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const shop = (url: string, rest: string) => `name: shop
target: { plugin: http, config: { url: "${url}", headers: { authorization: "Bearer {{secret.SHOP_WORD}}" } } }
workload: { pattern: constant-rate, rate: 50/s, duration: 1m } # is of no matter here
${rest}
`
const BUY = `journeys:
  buy:
    steps:
      - request: { method: POST, path: /cart, json: { item: 1 } }
        expect: { status: 201, body: { json: { "lines[0].sku": a } } }
        extract: { cart: "json:id" }
      - think: 20ms
      - request: { method: POST, path: "/cart/{{cart}}/pay" }
        step: pay
  look: { steps: [ { request: { path: /nowhere } } ] }`

/** Runs with the secret of the shop. */
async function tried(place: Workplace, ...args: readonly string[]) {
  place.write('word.txt', 'hidden-word')
  process.env['SHOP_WORD_FILE'] = join(place.path, 'word.txt')
  try {
    return await place.run('try', ...args)
  } finally {
    delete process.env['SHOP_WORD_FILE']
  }
}

describe('A trial', (test) => {
  test('walks a journey once, shows what was sent, answered, expected and extracted, and hides what is secret', () =>
    whileOpen((url, asked) =>
      inWorkplace(async (place) => {
        place.write('shop.yaml', shop(url, BUY))
        const { status, stdout } = await tried(
          place,
          'shop.yaml',
          '--journey',
          'buy',
          '--har',
          'out/trial.har',
        )

        assert.equal(asked, ['POST /cart {"item":1}', 'POST /cart/7/pay'])
        assert.is(status, 0, stdout)
        for (const line of [
          `POST ${url}/cart`,
          '> authorization: Bearer ***',
          '> {"item":1}',
          '< HTTP 201 in ',
          '< content-type: application/json',
          '"token":"***"',
          '✓ status 201',
          '✓ body {"json":{"lines[0].sku":"a"}}',
          '= cart: 7',
          `POST ${url}/cart/7/pay  (pay)`,
          'buy: ok, 2 requests',
        ])
          assert.ok(stdout.includes(line), `${line}\n${stdout}`)
        const { log } = JSON.parse(place.read('out/trial.har'))
        assert.equal(
          log.entries.map(({ request, response }: never) => [
            (request as { method: string }).method,
            (response as { status: number }).status,
          ]),
          [
            ['POST', 201],
            ['POST', 200],
          ],
        )
        for (const shown of [stdout, place.read('out/trial.har')]) assert.not.match(shown, 'hidden-word')
      }),
    ))

  test('walks every journey where none is named, and ends with 1 when a request failed', () =>
    whileOpen((url, asked) =>
      inWorkplace(async (place) => {
        place.write('shop.yaml', shop(url, BUY))
        const { status, stdout } = await tried(place, 'shop.yaml', '--iterations', '2')

        assert.is(status, 1)
        assert.equal(asked.filter((each) => each === 'GET /nowhere').length, 2)
        assert.match(stdout, /FAILED status: HTTP 404/)
        assert.match(stdout, /buy: ok, 4 requests\n/)
        assert.match(stdout, /look: failed, 2 requests, 2 failed/)
        const { status: misspelt, stderr } = await tried(place, 'shop.yaml', '--journey', 'byu')
        assert.is(misspelt, 2)
        assert.match(stderr, 'Did you mean buy?')
      }),
    ))

  test('puts what was answered into the expectations of the file, and leaves the rest of it', () =>
    whileOpen((url) =>
      inWorkplace(async (place) => {
        const wrong = BUY.replace('status: 201', 'status: 204').replace('sku": a', 'sku": b')
        place.write('shop.yaml', shop(url, wrong))
        const { status, stdout } = await tried(place, 'shop.yaml', '--journey', 'buy', '--update')

        assert.is(status, 1)
        assert.match(stdout, 'updated journeys.buy.steps[0].expect.status')
        assert.is(place.read('shop.yaml'), shop(url, BUY.replace('sku": a', 'sku": "a"')))
        const { status: refused, stderr } = await tried(place, url, '--update')
        assert.is(refused, 2)
        assert.match(stderr, '--update changes scenarios in YAML and JSON')
      }),
    ))

  test('runs setup, login and code as a run does, and tells what code fails', () =>
    whileOpen((url, asked) =>
      inWorkplace(async (place) => {
        place.write(
          'code.ts',
          `import { constantAgents, defineScenario, http } from 'proofload'
           export default defineScenario({
             name: 'code',
             target: http({ url: '${url}' }),
             workload: constantAgents({ agents: 50, duration: '1m' }),
             setup: () => ({ item: 3 }),
             login: { steps: [http.post('/login')] },
             journeys: {
               buy: {
                 async run({ target, agent, setup }) {
                   const cart = await target.post('/cart', { json: setup })
                   agent.check('has a number', cart.json<{ id: number }>().id === 7)
                   cart.fail('too dear')
                   agent.check('is paid', false)
                   throw new Error('lost')
                 },
               },
             },
           })`,
        )
        const { status, stdout } = await tried(place, 'code.ts')

        assert.equal(asked, ['POST /login', 'POST /cart {"item":3}'])
        assert.is(status, 1)
        assert.match(stdout, /set-cookie: sid=\*\*\*; Path=\//i)
        assert.match(stdout, /✓ check has a number/)
        assert.match(stdout, /✗ check is paid/)
        assert.match(stdout, /POST \/cart was failed by code: too dear/)
        assert.match(stdout, /✗ buy: lost/)
      }),
    ))

  test('ends with a login that fails, and with a request that a second attempt does not make good', () =>
    whileOpen((url, asked) =>
      inWorkplace(async (place) => {
        const login = 'login: { steps: [ { request: { path: /forbidden } } ] }'
        place.write('login.yaml', shop(url, `${login}\n${BUY}`))
        const { status, stdout } = await tried(place, 'login.yaml', '--journey', 'buy')
        assert.equal([status, asked.length], [1, 1])
        assert.match(stdout, /the login failed, and the journey was not begun/)

        const retry = 'retry: { attempts: 2, on: [status], backoff: 1ms }'
        place.write('again.yaml', shop(url, `${retry}\n${BUY}`))
        const again = await tried(place, 'again.yaml', '--journey', 'look')
        assert.is(again.status, 1)
        assert.match(again.stdout, /attempt 2/)
        assert.match(again.stdout, /look: failed, 2 requests, 1 failed/)
      }),
    ))
})

const TYPED = `import { constantAgents, defineScenario, http } from 'proofload'
export default defineScenario({
  name: 'typed',
  target: http({ url: 'http://127.0.0.1:1' }),
  workload: constantAgents({ agents: 1, duration: '1s' }),
  journeys: { a: { run: async ({ target }) => void (await target.get('/')).status } },
})
`

describe('check --types', (test) => {
  test('finds what the compiler finds, by the compiler of the project that the scenario is in', () =>
    inWorkplace(async (place) => {
      place.write('typed.ts', TYPED)
      const missing = await place.run('check', 'typed.ts', '--types')
      assert.is(missing.status, 4)
      assert.match(missing.stderr, /TYPESCRIPT_MISSING[\s\S]*npm install --save-dev typescript/)

      mkdirSync(join(place.path, 'node_modules'))
      const compiler = new URL('../../node_modules/typescript', import.meta.url).pathname
      symlinkSync(compiler, join(place.path, 'node_modules', 'typescript'))
      const good = await place.run('check', 'typed.ts', '--types')
      assert.is(good.status, 0, good.stderr)

      place.write('typed.ts', TYPED.replace('.status', '.statuss'))
      assert.is((await place.run('check', 'typed.ts')).status, 0)
      const bad = await place.run('check', 'typed.ts', '--types')
      assert.is(bad.status, 2)
      assert.match(bad.stderr, /typed\.ts:6:\d+: Property 'statuss' does not exist/)
    }))
})
