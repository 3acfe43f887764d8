import * as assert from 'uvu/assert'
import { untilBelieved } from '../../../harness/app/run/attempts.ts'
import type { Published } from '../../../harness/app/run/publish.ts'
import { interrupted, StopSwitch } from '../../../harness/base/stop-request.ts'
import type { EarlierAttempt } from '../../../harness/model/attempt.ts'
import { aJudgedRun, DOUBTFUL } from '../../kit/judged-runs.ts'
import { describe } from '../../kit/suite.ts'

function aPublished(runId: string): Published {
  const { record, verdict } = aJudgedRun({ changes: { ...DOUBTFUL, runId } })
  return { record, verdict, files: {}, failures: [], measured: record, judged: verdict, options: {} as never }
}

/** Attempts that are the generator's fault up to the given one; what was made, and what was settled. */
async function attempted(
  retries: number,
  goodOne: number,
  onAttempt: (number: number, stop: StopSwitch) => void = () => undefined,
) {
  const stop = new StopSwitch()
  const made: { earlier: readonly EarlierAttempt[]; mayRepeat: boolean }[] = []
  const settled: string[] = []
  const finished = await untilBelieved(
    { retries, stop },
    {
      async make(earlier, mayRepeat) {
        made.push({ earlier: [...earlier], mayRepeat })
        onAttempt(made.length, stop)
        const isToBeRepeated = mayRepeat && made.length < goodOne
        return { published: aPublished(`run-${made.length}`), isToBeRepeated }
      },
      async settle(published) {
        settled.push(published.verdict.runId)
        return published
      },
    },
  )
  return { runId: finished.record.runId, made, settled }
}

describe('The same run again', (test) => {
  test('is made while the generator is at fault, and knows the attempts before it', async () => {
    const { runId, made, settled } = await attempted(3, 3)
    assert.equal([runId, settled], ['run-3', []])
    assert.equal(
      made.map(({ earlier }) => earlier.map((each) => each.runId)),
      [[], ['run-1'], ['run-1', 'run-2']],
    )
    assert.match(made[1]?.earlier[0]?.reason ?? '', 'the thread ran out of memory')
  })

  test('is not made more often than was asked for: the last attempt is whole', async () => {
    const { runId, made } = await attempted(2, 10)
    assert.equal([runId, made.map(({ mayRepeat }) => mayRepeat)], ['run-3', [true, true, false]])
    assert.equal((await attempted(0, 10)).made.length, 1)
  })

  test('is not begun when somebody stops between two attempts: the last one is made whole', async () => {
    const { runId, made, settled } = await attempted(5, 10, (number, stop) => {
      if (number === 2) stop.press('SIGINT')
    })
    assert.equal([runId, made.length, settled], ['run-2', 2, ['run-2']])
  })

  test('that is interrupted before its load leaves the attempt before it', async () => {
    const { runId, settled } = await attempted(5, 10, (number) => {
      if (number === 3) throw interrupted('while the scenario was loaded')
    })
    assert.equal([runId, settled], ['run-2', ['run-2']])
  })

  test('that fails otherwise, or is interrupted at first, is an error', async () => {
    for (const [number, error] of [
      [1, interrupted('early')],
      [2, new Error('the target is gone')],
    ] as const)
      try {
        await attempted(5, 10, (made) => {
          if (made === number) throw error
        })
        assert.unreachable()
      } catch (thrown) {
        assert.is(thrown, error)
      }
  })
})
