import * as assert from 'uvu/assert'
import { StopSwitch } from '../../harness/base/stop-request.ts'
import { WatchedRuns } from '../../harness/live/watched-runs.ts'
import { aPlan } from '../kit/builders.ts'
import { ToldLoad } from '../kit/live-intervals.ts'
import { describe } from '../kit/suite.ts'

const plan = aPlan({ durationMs: 60_000 })
const begin = (runs: WatchedRuns, runId: string) => runs.onBegin({ runId, correlationId: 'c' }, {})

describe('Watched runs', (test) => {
  test('fold each second once, whoever looks at it', () => {
    const runs = new WatchedRuns(new StopSwitch())
    const seen: number[] = []
    for (const viewer of [0, 1]) runs.onChange(() => seen.push(runs.present.view.requestCount + viewer))

    new ToldLoad(runs, plan).second(0, { okMs: [20, 20] })

    assert.equal(seen, [2, 3])
    assert.is(runs.present.points.length, 1)
  })

  test('show one run after the other, each with what was said before it', () => {
    const runs = new WatchedRuns(new StopSwitch())
    runs.say('the dashboard is at ...')
    begin(runs, 'run-1')
    runs.say('pair 1')
    begin(runs, 'run-2')

    const { view } = runs.present
    assert.equal([view.runId, view.events.map(({ text }) => text)], ['run-2', ['pair 1']])
  })

  test('count who asks for the end, and tell the run that is under way', () => {
    const stop = new StopSwitch()
    const runs = new WatchedRuns(stop)

    stop.press('SIGINT')
    stop.press('dashboard')

    assert.is(runs.stopCount, 2)
    assert.equal(
      runs.present.view.events.map(({ text }) => text),
      ['asked to stop (SIGINT)', 'asked again (dashboard)'],
    )
  })
})
