/** What an objective sets off that is missed only when the run has ended, by the command line. */
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { approveVisual, VISUALS_FOLDER } from '../../harness/app/visuals/visuals.ts'
import { createSystemClock } from '../../harness/base/clock.ts'
import { assertPutBack, believed, UNDONE, withGate } from '../kit/gate.ts'
import { aPage, withBox, writePng } from '../kit/pictures.ts'
import { describe } from '../kit/suite.ts'

describe('An objective that is missed at the end', (test) => {
  test('is told and undone as one that fires is', () =>
    withGate(
      async (gate) => {
        gate.isBroken = true
        const run = await believed(gate, ['--arm-rollback'])
        assertPutBack(gate, run)
        assert.equal(
          run.verdict.rollback?.reasons.map(({ kind, expect }) => [kind, expect]),
          [['objective', 'p50(response_time) < 1s']],
        )
      },
      {
        // It would have to be breached for an hour to fire.
        objectives: [{ expect: 'p50(response_time) < 1s', for: '1h', rollback: 'deploy' }],
      },
    ))

  test('may be a picture', () =>
    withGate(
      async (gate) => {
        const { path } = gate.place
        const page = aPage(320, 200)
        await writePng(join(path, 'page.png'), page)
        await writePng(
          join(path, 'wrong.png'),
          withBox(page, { x: 100, y: 60, width: 16, height: 16 }, [255, 255, 255, 255]),
        )
        const address = { folder: join(path, VISUALS_FOLDER), name: 'homepage' }
        const approval = { address, file: 'page.png', cwd: path, reason: null, by: null }
        await approveVisual(approval, { clock: createSystemClock() })
        const run = await believed(gate, ['--arm-rollback'])
        assertPutBack(gate, run)
        assert.is(run.verdict.rollback?.reasons[0]?.expect, 'visual(homepage)')
      },
      {
        visuals: {
          homepage: {
            command: `test -e ${UNDONE} && cp page.png a.png || cp wrong.png a.png`,
            file: 'a.png',
          },
        },
        objectives: ['error_ratio < 5%', { expect: 'visual(homepage)', rollback: 'deploy' }],
      },
    ))
})
