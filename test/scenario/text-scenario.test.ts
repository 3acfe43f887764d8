import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { resolveScenario } from '../../harness/scenario/resolve.ts'
import { isTextScenario, loadTextScenario } from '../../harness/scenario/text-scenario.ts'
import { harnessErrorOf, planOf, rejectionOf, withFiles } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const YAML = `name: checkout
target: { plugin: sandbox }
workload:
  pattern: maintenance
  agents: 5
journeys:
  browse:
    steps:
      - request: { path: /items }
      - think: 1s..3s
objectives:
  - p99(response_time) < 100ms
`

async function load(text: string, name = 'a.yaml') {
  let scenario: Awaited<ReturnType<typeof loadTextScenario>> | undefined
  await withFiles({ [name]: text }, async (folder) => {
    scenario = await loadTextScenario(join(folder, name))
  })
  return scenario as NonNullable<typeof scenario>
}

describe('loadTextScenario', (test) => {
  test('reads YAML into a document that resolves', async () => {
    const { document, scenarioHash } = await load(YAML)

    assert.is(planOf(document).workload.agents, 5)
    assert.match(scenarioHash, /^[0-9a-f]{64}$/)
    assert.is.not((await load(`${YAML}# changed`)).scenarioHash, scenarioHash)
  })

  test('reads JSON, tabs included', async () => {
    const { document } = await load('{\n\t"name": "a",\n\t"journeys": {}\n}', 'a.json')

    assert.equal(document, { name: 'a', journeys: {} })
  })

  test('knows where a path stands: at its key, in lists at the item', async () => {
    const { locate } = await load(YAML)
    const place = (path: string) => locate(path)?.replace(/^.*a\.yaml/, '')

    assert.is(place('workload.agents'), ':5:3')
    assert.is(place('journeys.browse.steps[1].think'), ':10:9')
    assert.is(place('objectives[0]'), ':12:5')
  })

  test('gives the nearest place above a path that is not in the file', async () => {
    const { locate } = await load(YAML)

    assert.match(locate('workload.duration') ?? '', /:3:1$/)
    assert.is(locate('warmUp'), null)
  })

  test('has every problem say where it stands', async () => {
    const { document, locate } = await load(YAML.replace('agents: 5', 'agnts: 5').replace('99(r', '99(s'))
    try {
      resolveScenario(document, {}, 1, locate)
      assert.unreachable('it has two problems')
    } catch (error) {
      const paths = harnessErrorOf(error, 'SCENARIO_INVALID').problems.map(({ path }) => path)
      assert.match(paths[0] ?? '', /^workload\.agnts \(.*a\.yaml:5:3\)$/)
      assert.match(paths[1] ?? '', /^objectives\[0\] \(.*a\.yaml:12:5\)$/)
    }
  })

  test('names line and column of what is no YAML', async () => {
    const { problems } = await rejectionOf(load('name: a\nname: b\nx: [1,\n'), 'SCENARIO_LOAD_FAILED')

    assert.match(problems[0]?.path ?? '', /a\.yaml:2:1$/)
    assert.match(problems[0]?.message ?? '', 'unique')
    assert.ok(problems.length > 1, 'all of them at once')
  })

  test('refuses code, which text cannot have', async () => {
    const { problems } = await rejectionOf(load('setup: { $code: setup }\n'), 'SCENARIO_LOAD_FAILED')

    assert.match(problems[0]?.path ?? '', /:1:10$/)
    assert.match(problems[0]?.expected ?? '', 'TypeScript')
  })

  test('refuses aliases that would grow without bound', async () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
    for (let i = 1; i < 9; i++)
      lines.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      )
    const { problems } = await rejectionOf(load(lines.join('\n')), 'SCENARIO_LOAD_FAILED')

    assert.match(problems[0]?.message ?? '', 'alias')
  })
})

describe('isTextScenario', (test) => {
  test('goes by the extension', () => {
    assert.equal(['a.yaml', 'a.yml', 'a.json'].map(isTextScenario), [true, true, true])
    assert.equal(['a.ts', 'a.mjs', 'yaml'].map(isTextScenario), [false, false, false])
  })
})
