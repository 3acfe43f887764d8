import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { loadScenario } from '../../harness/scenario/load.ts'
import { planOf, rejectionOf, withFiles } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

/** The example of DESIGN section 4, word for word. */
const DESIGN_EXAMPLE = `import { businessHours, defineScenario, http, think } from 'proofload'

export default defineScenario({
  name: 'checkout',
  target: http({ url: 'http://127.0.0.1:7070' }),
  workload: businessHours({ agents: 250, day: '10m' }),       // a day compressed into ten minutes
  journeys: {
    browse: { weight: 70, steps: [http.get('/items'), think('1s..3s'), http.get('/items/42')] },
    buy: {
      weight: 30,
      async run({ target, agent }) {                          // code where code reads better
        const cart = await target.post('/cart', { json: { item: agent.random.integer(1, 90) } })
        await agent.think('500ms..2s')
        await target.post(\`/cart/\${cart.json().id}/pay\`, { step: 'pay' })
      },
    },
  },
  objectives: [
    'p99(response_time) < 100ms',
    { expect: 'share(response_time <= 100ms) >= 99%', severity: 'major', rollback: true },
    { expect: 'error_ratio < 0.1%', severity: 'critical', window: '10s', grace: '5s', abort: true },
  ],
})
`

/** Loads the one file of a scenario. */
async function loaded(name: string, text: string, limitMs = 10_000) {
  let scenario: Awaited<ReturnType<typeof loadScenario>> | undefined
  await withFiles({ [name]: text }, async (folder) => {
    scenario = await loadScenario(name, folder, limitMs)
  })
  return scenario as NonNullable<typeof scenario>
}

const failure = (text: string, name = 'a.ts') => rejectionOf(loaded(name, text), 'SCENARIO_LOAD_FAILED')

describe('loadScenario', (test) => {
  test('loads the example of the design, which resolves', async () => {
    const { document, module, scenarioHash } = await loaded('checkout.ts', DESIGN_EXAMPLE)
    const plan = planOf(document)

    assert.is(plan.scenario, 'checkout')
    assert.is(plan.durationMs, 600_000)
    assert.equal(
      plan.journeys.map(({ name, weight, steps }) => [name, weight, steps?.length ?? 'code']),
      [
        ['browse', 70, 3],
        ['buy', 30, 'code'],
      ],
    )
    assert.is(plan.objectives.filter(({ builtIn }) => !builtIn).length, 3)
    assert.match(module?.path ?? '', /checkout-[0-9a-f]{16}\.mjs$/)
    assert.match(scenarioHash ?? '', /^[0-9a-f]{64}$/)
  })

  test('replaces every function by its place in the module', async () => {
    const { document } = await loaded(
      'a.ts',
      'export default { setup() {}, journeys: { a: { run: async () => {} } }, target: { config: { handler: () => 1 } } }',
    )

    assert.equal(document, {
      setup: { $code: 'setup' },
      journeys: { a: { run: { $code: 'journeys.a.run' } } },
      target: { config: { handler: { $code: 'target.config.handler' } } },
    })
  })

  test('never runs the code of an author in this thread', async () => {
    await loaded('a.ts', 'Object.assign(globalThis, { authorWasHere: true }); export default {}')

    assert.not.ok('authorWasHere' in globalThis)
  })

  test('loads YAML and JSON, and knows where everything stands', async () => {
    const { document, module, locate } = await loaded('a.yaml', 'name: x\nworkload:\n  pattern: incident\n')

    assert.equal(document, { name: 'x', workload: { pattern: 'incident' } })
    assert.is(module, null)
    assert.match(locate?.('workload.pattern') ?? '', /a\.yaml:3:3$/)
    assert.equal((await loaded('a.json', '{"name":"x"}')).document, { name: 'x' })
  })

  test('makes a scenario of a URL', async () => {
    const { file, document } = await loadScenario('http://127.0.0.1:8080/', '/nonexistent')

    assert.is(file, null)
    assert.is(planOf(document).scenario, '127-0-0-1-8080')
  })

  test('names the nearest file when there is none', () =>
    withFiles({ 'checkout.yaml': '' }, async (folder) => {
      const { hint } = await rejectionOf(loadScenario('chekout.yaml', folder), 'SCENARIO_NOT_FOUND')

      assert.is(hint, `Did you mean ${join(folder, 'checkout.yaml')}?`)
    }))
})

describe('a module that cannot be loaded', (test) => {
  test('because it throws: the line of the author is named', async () => {
    const text =
      "interface Point { readonly x: number }\nconst point: Point | null = null\n\nfunction fail(): never {\n  throw new RangeError('no luck')\n}\nfail()\nexport default {}\n"
    const { message, problems } = await failure(text)

    assert.match(message, 'RangeError: no luck')
    assert.match(problems[0]?.path ?? '', /\/a\.ts:5:9$/)
  })

  test('because a library of ours refused what it wrote: still its own line', async () => {
    const { message, problems } = await failure(
      "import { ramp } from 'proofload'\nexport default ramp(1, 2, '3 minutes')",
    )

    assert.match(message, '"3 minutes" is not a duration')
    assert.match(problems[0]?.path ?? '', /\/a\.ts:2:\d+$/)
  })

  test('because what it throws is no error', async () => {
    assert.match((await failure("throw 'just text'")).message, 'just text')
  })

  test('because it ends the process', async () => {
    const { message, problems } = await failure('process.exit(0)\nexport default {}')

    assert.match(message, 'process.exit(0) was called')
    assert.match(problems[0]?.path ?? '', /\/a\.ts:1:9$/)
  })

  test('because it never ends', async () => {
    for (const text of ['for (;;);\nexport default {}', 'await new Promise(() => {})\nexport default {}']) {
      const { message, hint } = await rejectionOf(loaded('a.ts', text, 1500), 'SCENARIO_TIMEOUT')

      assert.match(message, 'did not load within 1.5 s')
      assert.match(hint ?? '', 'endless loop')
    }
  })

  test('because it holds no scenario', async () => {
    assert.match((await failure('export const a = 1')).message, 'no default export')
    assert.match((await failure('export default 42')).message, 'a number')
    assert.match((await failure('export default null')).message, 'null')
    assert.match((await failure('export default () => ({})')).message, 'a function')
  })

  test('because it is not TypeScript', async () => {
    const { message, problems } = await failure('this is no code at all')

    assert.match(message, 'cannot be compiled')
    assert.match(problems[0]?.path ?? '', /\/a\.ts:1:\d+$/)
  })

  test('because it imports a package that is not there', async () => {
    assert.match(
      (await failure("import 'no-such-package-anywhere'\nexport default {}")).message,
      'no-such-package',
    )
  })

  test('because it refers back to itself', async () => {
    const { message } = await failure('const a: any = { b: {} }\na.b.a = a\nexport default a')

    assert.match(message, 'b.a refers back')
  })
})
