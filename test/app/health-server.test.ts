import * as assert from 'uvu/assert'
import { type Readiness, serveHealth } from '../../harness/app/worker/health-server.ts'
import { HarnessError } from '../../harness/base/errors.ts'
import { describe } from '../kit/suite.ts'

describe('The health of a worker over HTTP', (test) => {
  test('is one word: it lives, and whether a run could use it', async () => {
    let readiness: Readiness = 'idle'
    const server = await serveHealth({ host: '127.0.0.1', port: 0 }, () => readiness)
    const ask = async (path: string) => {
      const answer = await fetch(`http://127.0.0.1:${server.port}${path}`)
      return [answer.status, await answer.text()]
    }
    try {
      assert.equal(await ask('/livez'), [200, 'live\n'])
      assert.equal(await ask('/readyz'), [200, 'idle\n'])
      readiness = 'no broker'
      assert.equal(await ask('/readyz'), [503, 'no broker\n'])
      assert.equal(
        await ask('/livez'),
        [200, 'live\n'],
        'an outage of the broker is no reason to end a worker',
      )
      assert.equal((await ask('/secrets'))[0], 404)
      const taken = await serveHealth({ host: '127.0.0.1', port: server.port }, () => 'idle').catch(
        (error: unknown) => error,
      )
      assert.ok(taken instanceof HarnessError && taken.code === 'USAGE')
      assert.match((taken as HarnessError).message, '--health')
    } finally {
      await server.close()
    }
  })
})
