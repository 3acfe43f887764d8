/** Killed runs, in short; `npm run bench:kill` does it a hundred times. */
import * as assert from 'uvu/assert'
import { Random } from '../../harness/base/random.ts'
import { inWorkplace } from '../kit/cli.ts'
import { killAndRecover } from '../kit/kills.ts'
import { startHttpServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'

const random = new Random(3)

describe('A run that is killed', (test) => {
  for (const victim of ['process', 'process', 'thread'] as const) {
    const afterMs = Math.round(1_200 + random.float() * 1_500)
    test(`(${victim}, after ${afterMs} ms) is recovered but for the interval under way, and is never GO`, async () => {
      const { verdict, record, recorded, answered, ratePerSec } = await killAndRecover(victim, afterMs)

      assert.is(verdict.outcome, 'INCONCLUSIVE')
      const code = victim === 'process' ? 'RUN_PARTIAL' : 'LOST_SHARD'
      assert.ok(
        verdict.reasons.some((reason) => reason.code === code),
        JSON.stringify(verdict.reasons),
      )
      assert.is(record.status, victim === 'process' ? 'partial' : 'complete')
      // The look at the target is answered too; what is missing is at most the interval that was under way.
      assert.ok(recorded > 0 && recorded < answered, `${recorded} of ${answered}`)
      assert.ok(answered - recorded <= 2 * ratePerSec, `${recorded} of ${answered}`)
    })
  }

  test('is told apart from one that ended, and from what is no run', () =>
    inWorkplace(async (place) => {
      const server = await startHttpServer((_request, response) => response.end('ok'))
      const { verdict } = await place.verdictOf(server.url, '--duration', '1s')
      await server.close()
      const ended = await place.run('recover', (verdict.files['record'] ?? '').replace('/run.json', ''))
      assert.is(ended.status, 2)
      assert.match(ended.stderr, /has a record already/)
      const nothing = await place.run('recover', 'nowhere')
      assert.is(nothing.status, 2)
      assert.match(nothing.stderr, /there is no journal/)
    }))
})

describe('A disk that is full in the middle of a run', (test) => {
  test('does not end it: the loss is reported, and the verdict is given', () =>
    inWorkplace(async (place) => {
      const server = await startHttpServer((_request, response) => response.end('ok'))
      // Files may grow to 16 KiB: the journal soon may not.
      const small = ['sh', '-c', 'ulimit -f 32; exec "$@"', 'sh']
      const run = await place.startUnder(small, 'run', server.url, '--duration', '4s', '--json').ended
      await server.close()

      assert.match(run.stderr, /the journal could not be written: .*; the run goes on/)
      const verdict = JSON.parse(run.stdout)
      assert.ok(verdict.summary.requests > 0, run.stdout)
    }))
})
