/** How the command is started, and where it writes: none of it turns into a wrong exit status. */
import * as assert from 'uvu/assert'
import { inWorkplace } from '../kit/cli.ts'
import { startHttpServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'

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

  for (const files of [20, 40, 60])
    test(`that cannot be loaded with ${files} open files ends with 70, not with 1, which is NO-GO`, () =>
      inWorkplace(async (place) => {
        const under = ['sh', '-c', `ulimit -n ${files}; exec "$@"`, 'sh']
        const { status, stderr } = await place.startUnder(under, 'run', 'http://127.0.0.1:9/').ended
        assert.is(status, 70, stderr)
        assert.match(stderr, 'proofload cannot be loaded')
      }))
})
