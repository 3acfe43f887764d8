/** How the command is started, and where it writes: none of it turns into a wrong exit status. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Verdict } from '../../../harness/model/verdict.ts'
import { inWorkplace } from '../../kit/cli.ts'
import { startHttpServer } from '../../kit/servers.ts'
import { describe } from '../../kit/suite.ts'

const LOAD = ['--agents', '1', '--duration', '1s', '--threads', '1', '--no-history']

/** Runs Node with options of its own before the command. */
const withNodeOptions = (options: string) => [
  'sh',
  '-c',
  `node=$1; shift; exec "$node" ${options} "$@"`,
  'sh',
]

describe('The command', (test) => {
  test('runs load in threads under options of Node that threads do not take', () =>
    inWorkplace(async (place) => {
      const server = await startHttpServer((_request, response) => response.end('{}'))
      const under = withNodeOptions('--max-old-space-size=4096 --stack-trace-limit=50')
      const { record } = await place.verdictUnder(under, server.url, ...LOAD)
      await server.close()
      assert.is(record.status, 'complete')
      assert.ok(record.steps.length > 0)
    }))

  test('keeps what author code prints out of its document', () =>
    inWorkplace(async (place) => {
      place.write(
        'talks.ts',
        `import { constantAgents, defineScenario, functionTarget } from 'proofload'
console.log('top level')
export default defineScenario({
  name: 'talks',
  target: functionTarget(() => { process.stdout.write('handler\\n'); return 1 }),
  workload: constantAgents({ agents: 1, duration: '1s', think: '100ms' }),
  setup() { console.log('setup'); return null },
  teardown() { console.info('teardown') },
  journeys: { main: { async run({ target, agent }) { console.log('journey'); await target.call(); await agent.think('50ms') } } },
})`,
      )
      const run = place.startProcess('run', 'talks.ts', '--threads', '1', '--no-history', '--json', '--quiet')
      const { stdout, stderr } = await run.ended
      assert.is((JSON.parse(stdout) as Verdict).scenario, 'talks')
      for (const said of ['top level', 'setup', 'journey', 'handler', 'teardown']) assert.match(stderr, said)
    }))

  test('does not end with 0 when nothing could be written, and says so although it is to be quiet', () =>
    inWorkplace(async (place) => {
      const server = await startHttpServer((_request, response) => response.end('{}'))
      const small = ['sh', '-c', 'ulimit -f 8; exec "$@"', 'sh']
      const { status, stderr } = await place.startUnder(small, 'run', server.url, ...LOAD, '--quiet').ended
      await server.close()
      assert.ok(status === 4 || status === 3, `${status}`)
      assert.match(stderr, /run\.json cannot be written/)
    }))

  test('leaves no half scenario behind where none could be written', () =>
    inWorkplace(async (place) => {
      const none = ['sh', '-c', 'ulimit -f 0; exec "$@"', 'sh']
      const { status } = await place.startUnder(none, 'init', 'first.yaml').ended
      assert.is(status, 4)
      assert.not.ok(existsSync(join(place.path, 'first.yaml')))
    }))

  test('does not end with 0 when its document is lost', () =>
    inWorkplace(async (place) => {
      const full = ['sh', '-c', 'exec "$@" > /dev/full', 'sh']
      const { status, stderr } = await place.startUnder(full, 'schema').ended
      assert.is(status, 4)
      assert.match(stderr, /standard output cannot be written: ENOSPC/)
    }))

  test('hands its whole document to a reader that takes its time', () =>
    inWorkplace(async (place) => {
      const slowly = ['sh', '-c', '"$@" | (sleep 3; cat)', 'sh']
      const { stdout } = await place.startUnder(slowly, 'schema').ended
      assert.ok(stdout.length > 65_536, `${stdout.length}`)
      JSON.parse(stdout)
    }))

  for (const files of [20, 40, 60])
    test(`that cannot be loaded with ${files} open files says so, and does not end with 1, which is NO-GO`, () =>
      inWorkplace(async (place) => {
        const under = ['sh', '-c', `ulimit -n ${files}; exec "$@"`, 'sh']
        const { status, stderr } = await place.startUnder(under, 'run', 'http://127.0.0.1:9/').ended
        // 70 before the program is there to tell it, 4 afterwards.
        assert.ok(status === 70 || status === 4, `${status}: ${stderr}`)
        assert.match(stderr, /EMFILE[\s\S]*ulimit -n/)
      }))
})
