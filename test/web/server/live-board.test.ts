import * as assert from 'uvu/assert'
import { createMask } from '../../../harness/base/secret-mask.ts'
import type { RunPoint } from '../../../harness/model/run-point.ts'
import { LiveBoard, type ShownRun } from '../../../harness/web/server/live-board.ts'
import { aLiveView, aSeries } from '../../kit/live-views.ts'
import { describe } from '../../kit/suite.ts'
import { VirtualClock } from '../../kit/virtual-clock.ts'

function aShownRun(points: readonly RunPoint[], changes: Partial<ShownRun> = {}): ShownRun {
  return {
    view: aLiveView({}),
    points,
    stopCount: 0,
    search: null,
    report: null,
    mask: (text) => text,
    ...changes,
  }
}

describe('LiveBoard', (test) => {
  test('has nothing to tell before the first run', () => {
    const { message } = new LiveBoard(new VirtualClock()).tell(null)

    assert.equal(message, { view: null, keep: 0, points: [], stopCount: 0, search: null, report: null })
  })

  test('tells everything to who comes, and what is new to who was there', () => {
    const board = new LiveBoard(new VirtualClock())
    const series = aSeries(6)
    board.show(aShownRun(series.slice(0, 5)))
    const first = board.tell(null)
    board.show(aShownRun(series))

    const second = board.tell(first.told)

    assert.equal([first.message.keep, first.message.points.length], [0, 5])
    // The point before the new one may have grown meanwhile: it comes again.
    assert.equal([second.message.keep, second.message.points], [4, series.slice(4)])
  })

  test('tells everything anew when the series was halved, however long it has become since', () => {
    const board = new LiveBoard(new VirtualClock())
    board.show(aShownRun(aSeries(10)))
    const { told } = board.tell(null)
    board.show(aShownRun(aSeries(12)))

    const { message } = board.tell(told)

    assert.equal([message.keep, message.points.length], [0, 12])
  })

  test('tells everything of another run', () => {
    const board = new LiveBoard(new VirtualClock())
    board.show(aShownRun(aSeries(10)))
    const { told } = board.tell(null)
    board.show(aShownRun([]))

    assert.equal(board.tell(told).message.keep, 0)
  })

  test('tells no secret, wherever it stands', () => {
    const board = new LiveBoard(new VirtualClock())
    const [point] = aSeries(1) as [RunPoint]
    const leaky = { ...point, errorsPerSec: { 'status hunter2-hunter2': 1 } }
    const view = aLiveView({ scenario: 'hunter2-hunter2', failure: 'no hunter2-hunter2 here' })
    board.show(aShownRun([leaky], { view, mask: createMask({ KEY: 'hunter2-hunter2' }) }))

    const text = JSON.stringify(board.tell(null).message)

    assert.not.match(text, 'hunter2')
    assert.match(text, 'no *** here')
  })

  test('lets whoever waits know of the next change, or that there was none', async () => {
    const clock = new VirtualClock()
    const board = new LiveBoard(clock)
    const heard: string[] = []
    void board.newerThan(0, 1_000).then(() => heard.push('first'))
    board.show(aShownRun([]))
    await clock.advance(0)
    void board.newerThan(1, 1_000).then(() => heard.push('second'))
    await clock.advance(999)
    assert.equal(heard, ['first'])

    await clock.advance(1)

    assert.equal(heard, ['first', 'second'])
    assert.is(clock.pendingCount, 0)
  })

  test('keeps nobody waiting once all is over', async () => {
    const clock = new VirtualClock()
    const board = new LiveBoard(clock)
    const waiting = board.newerThan(0, 60_000)

    board.end()

    await waiting
    await board.newerThan(0, 60_000)
    assert.is(clock.pendingCount, 0)
  })
})
