import { getEventListeners } from 'node:events'
import * as assert from 'uvu/assert'
import { startBuild } from '../../../harness/app/compare/builds.ts'
import { createSystemClock } from '../../../harness/base/clock.ts'
import { StopSwitch } from '../../../harness/base/stop-request.ts'
import { freePort } from '../../kit/free-port.ts'
import { describe } from '../../kit/suite.ts'

describe('A build under test', (test) => {
  test('leaves nothing with the stop request, however many are started and ended', async () => {
    const stop = new StopSwitch()
    const port = await freePort()
    const command = `exec node -e "require('http').createServer((_, r) => r.end()).listen(${port}, '127.0.0.1')"`
    for (let run = 0; run < 2; run++) {
      const build = { url: `http://127.0.0.1:${port}/`, command, readyMs: 60_000 }
      const running = await startBuild(build, createSystemClock(), process.cwd(), stop)
      await running.stop()
    }
    const left = [stop.signal, stop.abortSignal].flatMap((signal) => getEventListeners(signal, 'abort'))
    assert.equal(left, [])
  })
})
