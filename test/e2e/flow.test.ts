import * as assert from 'uvu/assert'
import { inWorkplace } from '../kit/cli.ts'
import { startHttpServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'

/** Orders that are paid when they are asked for the third time. */
async function whileOpen(body: (url: string, asked: readonly string[]) => Promise<void>): Promise<void> {
  const asked: string[] = []
  const times = new Map<string, number>()
  const server = await startHttpServer((request, response) => {
    const url = request.url ?? ''
    // Not the question of preflight.
    if (url !== '/') asked.push(url)
    const time = (times.get(url) ?? 0) + 1
    times.set(url, time)
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify(
        url === '/orders' ? { id: asked.length } : { status: time < 3 ? 'open' : 'paid', count: time },
      ),
    )
  })
  try {
    await body(server.url, asked)
  } finally {
    await server.close()
  }
}

const YAML = (url: string) => `name: orders
target: { plugin: http, config: { url: "${url}" } }
workload: { pattern: constant-agents, agents: 4, iterations: 12, duration: 1m }
warmUp: 0s
journeys:
  buy:
    steps:
      - request: { method: POST, path: /orders }
        step: order
        extract: { id: "json:id" }
      - repeat: { until: { variable: status, equals: paid }, atMost: 20 }
        steps:
          - request: { path: "/orders/{{id}}" }
            step: status
            extract: { status: "json:status", count: "json:count" }
      - if: { variable: count, above: 2 }
        steps:
          - repeat: 2
            steps: [ { request: { path: /thanks }, step: thanks } ]
        else: [ { request: { path: /never }, step: never } ]
      - switch: status
        cases: { paid: [ { request: { path: "/bills/{{id}}" }, step: bill } ] }
        else: [ { request: { path: /never }, step: never } ]
objectives: ["error_ratio < 1%", "requests{step=thanks} >= 24"]
`
const TYPESCRIPT = (url: string) => `import { constantAgents, defineScenario, http, think } from 'proofload'
export default defineScenario({
  name: 'orders',
  target: http({ url: '${url}' }),
  workload: constantAgents({ agents: 2, iterations: 6, duration: '1m' }),
  warmUp: '0s',
  journeys: {
    buy: {
      steps: [
        http.post('/orders', { step: 'order', extract: { id: 'json:id' } }),
        {
          repeat: { until: { any: [{ variable: 'status', exists: false }, { not: { variable: 'status', in: ['open'] } }] }, atMost: 20 },
          steps: [http.get('/orders/{{id}}', { step: 'status', extract: { status: 'json:status' } }), think('1ms')],
        },
        { if: { variable: 'status', matches: '^pa' }, steps: [{ repeat: 2, steps: [http.get('/thanks', { step: 'thanks' })] }] },
        http.get('/end', { step: 'end' }),
      ],
    },
  },
  objectives: ['error_ratio < 1%'],
})
`

describe('Repeats and conditions', (test) => {
  test('send exactly what the answers ask for, on any number of threads', () =>
    whileOpen((url) =>
      inWorkplace(async (place) => {
        place.write('orders.yaml', YAML(url))
        for (const threads of ['1', '2']) {
          const { record } = await place.verdictOf('orders.yaml', '--no-history', '--threads', threads)
          const sums = Object.fromEntries(record.steps.map(({ step, ok }) => [step, ok]))
          assert.equal(sums, { order: 12, status: 36, thanks: 24, bill: 12 })
        }
      }),
    ))

  test('are the same in TypeScript', () =>
    whileOpen((url) =>
      inWorkplace(async (place) => {
        place.write('orders.ts', TYPESCRIPT(url))
        const { record } = await place.verdictOf('orders.ts', '--no-history', '--threads', '1')
        const sums = Object.fromEntries(record.steps.map(({ step, ok }) => [step, ok]))
        assert.equal(sums, { order: 6, status: 18, thanks: 12, end: 6 })
      }),
    ))

  test('are timed as groups, which objectives judge', () =>
    whileOpen((url) =>
      inWorkplace(async (place) => {
        const steps = `- pace: 1ms
      - group: checkout
        steps:
          - { request: { path: /a }, step: a }
          - think: 200ms
          - { request: { path: /b }, step: b, expect: { body: { json: { status: open } } } }`
        const yaml = YAML(url).replace(/- request: [\s\S]*objectives.*/, steps)
        place.write(
          'groups.yaml',
          `${yaml}\nobjectives: ["max(group_time{group=checkout}) < 1m", "group_failed_ratio{group=checkout} > 80%"]\n`,
        )
        const { record, verdict } = await place.verdictOf('groups.yaml', '--no-history', '--out', 'out')
        // Two answers to /b say open, all the others paid.
        const { ended, failed } = verdict.summary.groups?.['checkout'] ?? {}
        assert.equal([ended, failed], [12, 10])
        const observed = (metric: string) => verdict.objectives.find(({ claim }) => claim.includes(metric))
        assert.is(observed('group_time')?.outcome, 'met')
        assert.is(observed('group_failed_ratio')?.observed, 10 / 12)
        assert.equal(Object.keys(verdict.summary.steps), ['a', 'b'])
        assert.ok(record.cells.some(({ metric, step }) => metric === 'group_time' && step === 'checkout'))
      }),
    ))

  test('send several requests at once, on as many connections as an agent may have', () =>
    inWorkplace(async (place) => {
      const sockets = new Set<unknown>()
      let [underWay, most] = [0, 0]
      const server = await startHttpServer((request, response) => {
        if (request.url !== '/') sockets.add(request.socket)
        most = Math.max(most, ++underWay)
        setTimeout(() => {
          underWay--
          response.end('{"id":7}')
        }, 20)
      })
      const steps = (names: readonly string[]) =>
        names
          .map((each) => `{ request: { path: /${each} }, step: ${each}, extract: { id: "json:id" } }`)
          .join(', ')
      for (const connections of [2, 4]) {
        sockets.clear()
        most = 0
        place.write(
          'page.yaml',
          `name: page
target: { plugin: http, config: { url: "${server.url}" } }
workload: { pattern: constant-agents, agents: 1, iterations: 5, duration: 1m }
warmUp: 0s
connectionsPerAgent: ${connections}
journeys: { look: { steps: [ { parallel: [ ${steps(['a', 'b', 'c', 'd'])} ] }, { request: { path: "/items/{{id}}" }, step: item } ] } }
`,
        )
        const { record } = await place.verdictOf('page.yaml', '--no-history')
        const sums = Object.fromEntries(record.steps.map(({ step, ok }) => [step, ok]))
        assert.equal(sums, { a: 5, b: 5, c: 5, d: 5, item: 5 })
        assert.equal([sockets.size, most], [connections, connections])
      }
      const { stdout, status } = await place.run('try', 'page.yaml')
      await server.close()
      assert.is(status, 0, stdout)
      assert.match(stdout, 'look: ok, 5 requests')
    }))

  test('are shown by a trial as they are decided', () =>
    whileOpen((url, asked) =>
      inWorkplace(async (place) => {
        place.write('orders.yaml', YAML(url))
        const { stdout, status } = await place.run('try', 'orders.yaml')
        assert.equal(asked, [
          '/orders',
          '/orders/1',
          '/orders/1',
          '/orders/1',
          '/thanks',
          '/thanks',
          '/bills/1',
        ])
        assert.is(status, 0, stdout)
        for (const line of [
          '? repeat until status equals "paid", at most 20: round 3',
          '? repeat until status equals "paid", at most 20: over',
          '? if count above 2: yes',
          '? repeat 2: round 2',
          '? switch: status is "paid": yes',
          'buy: ok, 7 requests',
        ])
          assert.ok(stdout.includes(line), `${line}\n${stdout}`)
      }),
    ))

  test('have bounds and no count, and check says which', () =>
    inWorkplace(async (place) => {
      place.write('orders.yaml', YAML('http://127.0.0.1:1'))
      const { stdout, status } = await place.run('check', 'orders.yaml')
      assert.is(status, 0, stdout)
      // The order, 1 to 20 questions, 1 or 2 of the condition, 1 of the switch.
      assert.match(stdout, 'buy: 4 to 24 requests a walk, by its conditions.')
    }))

  test('are refreshed where they stand', () =>
    whileOpen((url) =>
      inWorkplace(async (place) => {
        place.write(
          'orders.yaml',
          YAML(url)
            .replace(
              'path: /thanks }, step: thanks }',
              'path: /thanks }, step: thanks, expect: { status: 404 } }',
            )
            .replace('repeat: 2', 'repeat: 1'),
        )
        const { stdout } = await place.run('try', 'orders.yaml', '--update')
        assert.match(stdout, 'updated journeys.buy.steps[2].steps[0].steps[0].expect.status')
        assert.match(place.read('orders.yaml'), 'step: thanks, expect: { status: 200 }')
      }),
    ))
})
