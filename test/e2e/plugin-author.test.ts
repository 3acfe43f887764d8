import * as assert from 'uvu/assert'
import type { ContractStatement } from '../../harness/app/test-plugin.ts'
import { inWorkplace, type Workplace } from '../kit/cli.ts'
import { describe } from '../kit/suite.ts'

/** The statement of a contract test, and how the command ended. */
async function tested(place: Workplace, file = 'plugins/my-proto.contract.ts') {
  const { status, stdout, stderr } = await place.run('plugin', 'test', file, '--json')
  assert.ok(stdout.startsWith('{'), stderr)
  return { status, statement: JSON.parse(stdout) as ContractStatement, stderr }
}

describe('proofload plugin new', (test) => {
  test('writes a target whose contract test passes, and that takes load', () =>
    inWorkplace(async (place) => {
      const made = await place.run('plugin', 'new', 'target', 'my-proto')
      assert.is(made.status, 0, made.stderr)
      assert.match(made.stdout, 'Next: proofload plugin test plugins/my-proto.contract.ts')

      const { status, statement, stderr } = await tested(place)
      assert.is(status, 0, stderr)
      assert.equal([statement.contract, statement.failed], [2, 0])
      assert.ok(statement.passed >= 15, `${statement.passed}`)

      place.write(
        'first.ts',
        `import { constantAgents, defineScenario } from 'proofload'
import plugin, { say, server } from './plugins/my-proto.ts'
export default defineScenario({
  name: 'first', plugins: { 'my-proto': plugin }, target: server({ port: 1 }),
  workload: constantAgents({ agents: 1, duration: '1s' }), journeys: { say: { steps: [say('hi')] } },
})`,
      )
      const checked = await place.run('check', 'first.ts')
      assert.is(checked.status, 0, checked.stderr)
    }))

  test('overwrites nothing, and takes no name that there is or that is none', () =>
    inWorkplace(async (place) => {
      await place.run('plugin', 'new', 'target', 'my-proto', '.')
      for (const [name, error] of [
        ['my-proto', /USAGE.*my-proto\.ts already exists/],
        ['http', /PLUGIN_NAME_TAKEN.*target http already/],
        ['My Proto', /USAGE.*not the name of a plugin/],
      ] as const) {
        const { status, stderr } = await place.run('plugin', 'new', 'target', name, '.')
        assert.is(status, 2)
        assert.match(stderr, error)
      }
    }))
})

describe('proofload plugin test', (test) => {
  test('names the laws that a driver breaks, and ends with 1', () =>
    inWorkplace(async (place) => {
      await place.run('plugin', 'new', 'target', 'my-proto')
      const broken = place
        .read('plugins/my-proto.ts')
        .replace('if (exchange.keepAnswer) exchange.body', 'exchange.body')
      place.write('plugins/my-proto.ts', broken)
      const { status, statement } = await tested(place)
      assert.is(status, 1)
      assert.equal(
        statement.laws.filter(({ passed }) => !passed).map(({ law }) => law),
        ['keeps body and headers only when they are wanted'],
      )
      assert.is(statement.failed, 1)
    }))

  test('says in which law a process ended that did not come to an end', () =>
    inWorkplace(async (place) => {
      place.write(
        'never.contract.ts',
        `import { describeTarget } from 'proofload/contract'
describeTarget({ name: 'never', plugin: {} as never, withTarget: () => new Promise(() => undefined) })`,
      )
      const { status, stderr } = await place.run('plugin', 'test', 'never.contract.ts')
      assert.is(status, 2)
      assert.match(
        stderr,
        /PLUGIN_INVALID.*never\.contract\.ts ended with .* in the law 'settles an answered/,
      )
    }))

  test('refuses a file that is none, or declares nothing', () =>
    inWorkplace(async (place) => {
      assert.match((await place.run('plugin', 'test', 'gone.ts')).stderr, /PLUGIN_NOT_FOUND.*gone\.ts/)
      place.write('empty.ts', 'export const nothing = 1')
      assert.match((await place.run('plugin', 'test', 'empty.ts')).stderr, /PLUGIN_INVALID.*declares no law/)
    }))
})
