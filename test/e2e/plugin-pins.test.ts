import * as assert from 'uvu/assert'
import type { ListedPlugin, PinnedPlugin } from '../../harness/app/plugins.ts'
import { inWorkplace, type Workplace } from '../kit/cli.ts'
import { installPackage, writeBelow, writePlugin } from '../kit/plugin-files.ts'
import { describe } from '../kit/suite.ts'

const PACKAGE = "{ package: '@acme/echo', version: 1.4.2 }"
const FILE = '{ path: ./echo.ts }'
const scenario = (plugin: string) => `name: outside
plugins: { echo: ${plugin} }
target: { plugin: echo }
workload: { pattern: constant-agents, agents: 1, duration: 1s }
journeys: { say: { steps: [{ request: { say: hi } }] } }
`

async function listed(place: Workplace): Promise<ListedPlugin> {
  const { status, stdout, stderr } = await place.run('plugin', 'list', 'outside.yaml', '--json')
  assert.is(status, 0, stderr)
  return (JSON.parse(stdout) as ListedPlugin[])[0]!
}

async function pinned(place: Workplace, ...names: readonly string[]): Promise<readonly PinnedPlugin[]> {
  const { status, stdout, stderr } = await place.run('plugin', 'pin', 'outside.yaml', ...names, '--json')
  assert.is(status, 0, stderr)
  return JSON.parse(stdout)
}

describe('proofload plugin pin', (test) => {
  test('pins a package, so that a run takes it and names the file that has changed since', () =>
    inWorkplace(async (place) => {
      installPackage(place)
      place.write('outside.yaml', scenario(PACKAGE))
      assert.is((await listed(place)).pin, 'missing')

      const [pin] = await pinned(place)
      assert.equal([pin?.place, pin?.differences, pin?.stated], ['@acme/echo', null, null])
      const lock = JSON.parse(place.read('plugins.lock.json'))
      assert.equal(Object.keys(lock.plugins['@acme/echo'].files), ['../../greeting/index.js', 'index.js'])
      assert.is((await place.run('check', 'outside.yaml')).status, 0)

      writeBelow(place, 'node_modules/greeting/index.js', "exports.ANSWER = 'hellO'\n")
      const { status, stderr } = await place.run('check', 'outside.yaml')
      assert.is(status, 2)
      assert.match(stderr, /PLUGIN_PIN.*not what was pinned: \.\.\/\.\.\/greeting\/index\.js has changed/)
      const { pin: state, contract, differences } = await listed(place)
      assert.equal([state, contract, differences], ['changed', null, ['../../greeting/index.js has changed']])
    }))

  test('leaves a file of the repository alone, unless it is named or was pinned', () =>
    inWorkplace(async (place) => {
      writePlugin(place)
      place.write('outside.yaml', scenario(FILE))
      assert.equal(await pinned(place), [])
      assert.is((await pinned(place, 'echo')).length, 1)

      place.write('answer.ts', "export const ANSWER = 'hi'\n")
      assert.match((await place.run('check', 'outside.yaml')).stderr, /PLUGIN_PIN.*answer\.ts has changed/)
      assert.equal((await pinned(place))[0]?.differences, ['answer.ts has changed'])
      assert.is((await place.run('check', 'outside.yaml')).status, 0)
    }))

  test('says that the scenario states another integrity, which is refused as well', () =>
    inWorkplace(async (place) => {
      writePlugin(place)
      const stated = `sha256-${'0'.repeat(64)}`
      place.write('outside.yaml', scenario(FILE.replace(' }', `, integrity: ${stated} }`)))
      assert.is((await pinned(place))[0]?.stated, stated)
      assert.match(
        (await place.run('check', 'outside.yaml')).stderr,
        /PLUGIN_PIN.*the scenario states sha256-0+, which is not what plugins\.lock\.json holds/,
      )
    }))

  test('knows only plugins that are declared', () =>
    inWorkplace(async (place) => {
      writePlugin(place)
      place.write('outside.yaml', scenario(FILE))
      const { status, stderr } = await place.run('plugin', 'pin', 'outside.yaml', 'ecko')
      assert.is(status, 2)
      assert.match(stderr, /PLUGIN_UNKNOWN.*no plugin ecko\n.*Did you mean echo\?/)
    }))

  test('leaves a lock file alone that it cannot read', () =>
    inWorkplace(async (place) => {
      writePlugin(place)
      place.write('outside.yaml', scenario(FILE))
      place.write('plugins.lock.json', '{ "lockVersion": 2, "plugins": {} }')
      const { status, stderr } = await place.run('plugin', 'pin', 'outside.yaml', 'echo')
      assert.is(status, 2)
      assert.match(stderr, /PLUGIN_LOCK_INVALID.*plugins\.lock\.json.*lockVersion/)
    }))
})

describe('proofload plugin list', (test) => {
  test('shows where plugins are, how they are pinned, what they provide and need', () =>
    inWorkplace(async (place) => {
      writePlugin(place, { env: ['ECHO_TOKEN'] })
      place.write('outside.yaml', scenario(FILE))
      const { place: file, version, pin, contract, provides, needs } = await listed(place)
      assert.equal([file, version, pin, contract], ['echo.ts', null, 'not-needed', 2])
      assert.equal(provides, { targets: ['echo'] })
      assert.equal(needs, { network: ['config.host'], env: ['ECHO_TOKEN'] })

      const { stdout } = await place.run('plugin', 'list', 'outside.yaml')
      assert.match(stdout, /echo +echo\.ts +- +not needed +2 +targets echo/)
    }))

  test('says when there is none', () =>
    inWorkplace(async (place) => {
      place.write('outside.yaml', scenario(FILE).replace(/plugins.*\n/, ''))
      assert.match((await place.run('plugin', 'list', 'outside.yaml')).stdout, /declares no plugin/)
    }))
})
