import { dirname } from 'node:path'
import * as assert from 'uvu/assert'
import { inWorkplace, type Workplace } from '../kit/cli.ts'
import { writePlugin } from '../kit/plugin-files.ts'
import { describe } from '../kit/suite.ts'

const scenario = (plugin: string, config = '{ word: "!" }') => `name: outside
plugins:
  echo: ${plugin}
target: { plugin: echo, config: ${config} }
workload: { pattern: constant-agents, agents: 4, duration: 1s, think: 20ms }
warmUp: 0s
journeys:
  say: { steps: [{ request: { say: hi }, expect: { body: { contains: hello } } }] }
objectives: [error_ratio < 1%]
`
const BY_PATH = '{ path: ./echo.ts }'

/** What a check of the scenario says when it is refused. */
async function refusalOf(place: Workplace, plugin = BY_PATH, config?: string): Promise<string> {
  place.write('outside.yaml', scenario(plugin, config))
  const { status, stderr } = await place.run('check', 'outside.yaml')
  assert.is(status, 2, stderr)
  return stderr
}

describe('A plugin from outside', (test) => {
  test('brings a target to a YAML scenario by its path, to every thread', () =>
    inWorkplace(async (place) => {
      writePlugin(place)
      place.write('outside.yaml', scenario(BY_PATH))
      const { verdict, record } = await place.verdictOf('outside.yaml', '--threads', '4')

      assert.is(record.shards.length, 4)
      const { say } = verdict.summary.steps
      assert.ok((say?.ok ?? 0) > 0, JSON.stringify(verdict.summary.steps))
      assert.is(say?.errored, 0)
      const [plugin] = record.plan.plugins ?? []
      assert.equal(
        [plugin?.name, plugin?.contract, plugin?.needs, plugin?.isPinned],
        ['echo', 2, { network: ['config.host'], env: [] }, false],
      )
      assert.match(plugin?.integrity ?? '', /^sha256-[0-9a-f]{64}$/)
    }))

  test('brings it to a TypeScript scenario that imports it, with its builders', () =>
    inWorkplace(async (place) => {
      writePlugin(place)
      place.write(
        'outside.ts',
        `import { constantAgents, defineScenario } from 'proofload'
import plugin, { echo, say } from './echo.ts'
export default defineScenario({
  name: 'outside', plugins: { echo: plugin }, target: echo({ word: '?' }),
  workload: constantAgents({ agents: 2, duration: '1s', think: '20ms' }), warmUp: '0s',
  journeys: { say: { steps: [say('hi')] } }, objectives: ['error_ratio < 1%'],
})`,
      )
      const { verdict } = await place.verdictOf('outside.ts')
      assert.ok((verdict.summary.steps['say']?.ok ?? 0) > 0, JSON.stringify(verdict.reasons))
    }))

  test('brings measures that objectives name, live and of the stored run, by its own name', () =>
    inWorkplace(async (place) => {
      writePlugin(place)
      const judged = [
        'p99(echo.inflight) <= 2',
        'share(echo.inflight <= 3) >= 50%',
        'count(echo.inflight{step=say}) > 10',
      ]
      const text = scenario(BY_PATH).replace('[error_ratio < 1%]', JSON.stringify(judged))
      place.write('outside.yaml', text)
      const { verdict, record } = await place.verdictOf('outside.yaml')

      assert.equal(
        verdict.objectives
          .slice(0, 3)
          .map(({ outcome, observed }) => [outcome, (observed ?? 0) > 10 || observed]),
        [
          ['missed', 3],
          ['met', 1],
          ['met', true],
        ],
      )
      assert.is(verdict.summary.steps['say']?.measures['echo.inflight']?.max, 3)
      assert.equal(
        record.plan.plugins?.[0]?.measures?.map(({ name }) => name),
        ['echo.inflight'],
      )
      const folder = dirname(verdict.files['record'] ?? '')
      const again = await place.run('judge', folder, '--objectives', 'max(echo.inflight) <= 5', '--json')
      assert.is(JSON.parse(again.stdout).objectives[0].outcome, 'met', again.stderr)

      place.write('outside.yaml', text.replaceAll('echo.inflight', 'echo.inflght'))
      const { stderr } = await place.run('check', 'outside.yaml')
      assert.match(stderr, /no metric 'echo\.inflght'/)
      assert.match(stderr, /echo\.inflight/)
    }))

  test('comes with an environment that declares it, and never with the command line; its measures may be joint conditions', () =>
    inWorkplace(async (place) => {
      writePlugin(place, { measureMore: 'once: true' })
      const text = scenario('{ path: ./echo.ts }').replace('plugins:\n  echo: { path: ./echo.ts }\n', '')
      const overlay =
        'environments: { staging: { plugins: { echo: { path: ./echo.ts } }, target: { plugin: echo } } }'
      place.write(
        'outside.yaml',
        `${text.replace('plugin: echo, config: { word: "!" }', 'plugin: function, config: {}')}
slos: { calm: [response_time < 10s], few: ['echo.inflight <= 3'], none: ['echo.inflight <= 2'] }
${overlay}
`,
      )
      const { verdict } = await place.verdictOf('outside.yaml', '--env', 'staging')

      const attained = Object.entries(verdict.summary.slos ?? {}).map(([name, { attainment }]) => [
        name,
        attainment,
      ])
      assert.equal(attained, [
        ['calm', 1],
        ['few', 1],
        ['none', 0],
      ])
      const { status, stderr } = await place.run(
        'check',
        'outside.yaml',
        '--set',
        'plugins.echo.path=./echo.ts',
      )
      assert.is(status, 2)
      assert.match(stderr, /the command line brings no code into a run/)
    }))

  test('is refused where it is not what the contract wants, with a code', () =>
    inWorkplace(async (place) => {
      writePlugin(place, { contract: 1 })
      assert.match(await refusalOf(place), /PLUGIN_CONTRACT.*contract 1; this proofload has contract 2/)
      writePlugin(place, { contract: 3 })
      assert.match(await refusalOf(place), /PLUGIN_CONTRACT.*contract 3/)
      writePlugin(place, { name: 'other' })
      assert.match(await refusalOf(place), /PLUGIN_INVALID.*declared as echo and calls itself other/)
      writePlugin(place, { target: 'http' })
      assert.match(await refusalOf(place), /PLUGIN_NAME_TAKEN.*target http, which there is already/)
      writePlugin(place, { measure: 'rows' })
      assert.match(await refusalOf(place), /PLUGIN_INVALID.*its measure rows is not called echo\.name/)
      writePlugin(place, { families: ', reporters: []' })
      assert.match(await refusalOf(place), /PLUGIN_INVALID.*it provides reporters/)
    }))

  test('is refused where it cannot be loaded, by file and line where there is one', () =>
    inWorkplace(async (place) => {
      assert.match(await refusalOf(place), /PLUGIN_NOT_FOUND.*no file .*echo\.ts of plugin echo/)
      writePlugin(place, { top: "throw new Error('top level')" })
      assert.match(await refusalOf(place), /PLUGIN_LOAD_FAILED.*failed while it was loaded: top level/)
      place.write('echo.ts', 'export const nothing = 1\nexport default {')
      assert.match(await refusalOf(place), /PLUGIN_LOAD_FAILED[\s\S]*echo\.ts:2/)
      place.write('echo.ts', 'export default {}')
      assert.match(await refusalOf(place), /PLUGIN_LOAD_FAILED.*no default export of definePlugin/)
      assert.match(await refusalOf(place, '{ package: left-pad }'), /plugins\.echo/)
    }))

  test('is not what was pinned when one byte of a file it imports has changed', () =>
    inWorkplace(async (place) => {
      writePlugin(place)
      const wrong = `{ path: ./echo.ts, integrity: sha256-${'0'.repeat(64)} }`
      const hash = /hash to (sha256-[0-9a-f]{64})/.exec(await refusalOf(place, wrong))?.[1] ?? ''
      const pinned = `{ path: ./echo.ts, integrity: ${hash} }`
      place.write('outside.yaml', scenario(pinned))
      assert.is((await place.run('check', 'outside.yaml')).status, 0)

      place.write('answer.ts', "export const ANSWER = 'hellO'\n")
      assert.match(
        await refusalOf(place, pinned),
        /PLUGIN_PIN.*plugin echo is not what was pinned: the scenario states sha256-/,
      )
    }))

  test('has its settings and requests checked, and its hosts allowed, like any target', () =>
    inWorkplace(async (place) => {
      writePlugin(place)
      assert.match(await refusalOf(place, BY_PATH, '{ wrod: x }'), /target\.config\.wrod/)
      place.write('outside.yaml', scenario(BY_PATH, '{ host: shop.example }'))
      const { status, stderr } = await place.run('run', 'outside.yaml')
      assert.is(status, 4)
      assert.match(stderr, /would contact shop\.example, which is not allowed/)
    }))
})
