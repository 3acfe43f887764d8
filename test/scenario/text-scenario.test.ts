import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { resolveScenario } from '../../harness/scenario/resolve.ts'
import { isTextScenario, loadTextScenario } from '../../harness/scenario/text-scenario.ts'
import { entriesIn, HARD_NAMES } from '../kit/hard-names.ts'
import {
  aDocument,
  aRequest,
  harnessErrorOf,
  planOf,
  problemsOf,
  rejectionOf,
  withFiles,
} from '../kit/scenario-documents.ts'
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

    assert.is(planOf(document).workloads[0]?.agents, 5)
    assert.match(scenarioHash, /^[0-9a-f]{64}$/)
    assert.is.not((await load(`${YAML}# changed`)).scenarioHash, scenarioHash)
  })

  test('reads JSON, tabs included', async () => {
    const { document } = await load('{\n\t"name": "a",\n\t"journeys": {}\n}', 'a.json')

    assert.equal(document, { name: 'a', journeys: {} })
  })

  test('merges what `<<` names, from anchors under keys of their own', async () => {
    const { document } = await load(`x-shared: &shared
  headers: { a: b }
steps:
  - { path: /one, <<: *shared }
`)

    assert.equal(document, { steps: [{ path: '/one', headers: { a: 'b' } }] })
  })

  test('keeps numbers of rows as they are written', async () => {
    const { document } = await load(`data:
  users: { rows: [{ zip: 01234, id: 12345678901234567890, version: 1.10, n: 7 }] }
`)

    assert.equal(document, {
      data: { users: { rows: [{ zip: '01234', id: '12345678901234567890', version: '1.10', n: 7 }] } },
    })
  })

  test('refuses a number that would be sent as another', async () => {
    const text = 'journeys: { a: { steps: [{ request: { path: /, json: { id: 12345678901234567890 } } }] } }'
    const { problems } = await rejectionOf(load(text), 'SCENARIO_LOAD_FAILED')

    assert.match(problems[0]?.message ?? '', /12345678901234567890 would be sent as 12345678901234567000/)
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

describe('An alias that leads back into what it stands in', (test) => {
  for (const text of [
    'environments: &e { staging: *e }',
    'journeys: &j { a: { steps: [{ request: { path: /, json: *j } }] } }',
    'x-a: &a [1, [*a]]',
  ])
    test(`is refused: ${text}`, async () => {
      const { problems } = await rejectionOf(load(text), 'SCENARIO_LOAD_FAILED')
      assert.match(problems[0]?.message ?? '', 'would have no end')
    })
})

describe('isTextScenario', (test) => {
  test('goes by the extension', () => {
    assert.equal(['a.yaml', 'a.yml', 'a.json'].map(isTextScenario), [true, true, true])
    assert.equal(['a.ts', 'a.mjs', 'yaml'].map(isTextScenario), [false, false, false])
  })
})

describe('Names in a scenario', (test) => {
  test('are kept, whatever objects inherit, and the plan has them all', async () => {
    const { document } = await load(`name: constructor
targets: { ${HARD_NAMES.map((name) => `${name}: { plugin: http, config: { url: "http://127.0.0.1:1", headers: { ${name}: v } } }`).join(', ')} }
workload: { pattern: constant-agents, agents: 1, duration: 1s }
data: { ${HARD_NAMES.map((name) => `${name}: { rows: [ { ${name}: v } ] }`).join(', ')} }
probes: { ${HARD_NAMES.map((name) => `${name}: { plugin: process, config: { pid: 1 } }`).join(', ')} }
journeys:
${HARD_NAMES.map((name) => `  ${name}: { steps: [ { request: { path: "/{{${name}.${name}}}" }, target: ${name}, step: ${name}, extract: { ${name}: "json:${name}" } } ] }`).join('\n')}
objectives: [ ${HARD_NAMES.map((name) => `"probe_cpu{probe=${name}} < 1", "p99(response_time{step=${name}}) < 1s"`).join(', ')} ]
`)

    const plan = planOf(document)

    for (const part of [plan.targets, plan.feeders, plan.probes] as Record<string, unknown>[])
      assert.equal(
        entriesIn(part).map(([name]) => name),
        [...HARD_NAMES],
      )
    assert.equal(plan.journeys.map(({ name }) => name).sort(), [...HARD_NAMES])
    for (const { name, steps } of plan.journeys) {
      const [step] = steps ?? []
      assert.is(step?.kind === 'request' && step.name, name)
      assert.equal(step?.kind === 'request' && Object.keys(step.extract), [name])
    }
    assert.equal(
      entriesIn(plan.feeders).map(([, { rows }]) => Object.keys(rows[0] ?? {}).length),
      HARD_NAMES.map(() => 1),
    )
    assert.equal(
      entriesIn(plan.targets).map(([, { config }]) => Object.keys(config['headers'] as object)),
      HARD_NAMES.map((name) => [name]),
    )
  })

  test('that nobody gave are not found among what objects inherit', () => {
    const argv = { plugin: 'command', config: { argv: ['true'] } }
    const { target: _, ...document } = aDocument()
    const problemsWith = (target: string, objectives: readonly unknown[]) =>
      problemsOf({
        ...document,
        targets: { other: { plugin: 'http', config: { url: 'http://127.0.0.1:1' } } },
        journeys: { buy: { steps: [aRequest('/', { target })] } },
        probes: { other: { plugin: 'process', config: { pid: 1 } } },
        rollback: { armed: false, procedures: { other: argv } },
        objectives,
      }).map(({ message }) => message)

    for (const name of HARD_NAMES) {
      assert.equal(problemsWith(name, [{ expect: 'error_ratio < 1%', rollback: name }]), [
        `there is no target '${name}'`,
        `there is no rollback procedure '${name}'`,
      ])
      assert.equal(
        problemsWith('other', [
          `probe_cpu{probe=${name}} < 1`,
          `p99(response_time{step=${name}}) < 1s`,
          `visual(${name})`,
        ]),
        ['probe', 'step', 'visual'].map((kind) => `there is no ${kind} '${name}'`),
      )
    }
  })
})
