import * as assert from 'uvu/assert'
import { liveSearchOf } from '../../../harness/analysis/capacity/live-search.ts'
import { searchState } from '../../../harness/analysis/capacity/search-from-probes.ts'
import { RunFeed } from '../../../harness/app/serve/run-feed.ts'
import { StopSwitch } from '../../../harness/base/stop-request.ts'
import { SnapshotMerger } from '../../../harness/cluster/merge-snapshots.ts'
import { WatchedRuns } from '../../../harness/live/watched-runs.ts'
import { liveAnswerOf } from '../../../harness/live/watched-search.ts'
import { LiveBoard } from '../../../harness/web/server/live-board.ts'
import { aFinishedSearch } from '../../kit/capacity.ts'
import { GENERATOR } from '../../kit/dashboard.ts'
import { aSnapshot } from '../../kit/live-intervals.ts'
import { aRunPlan } from '../../kit/plan-builders.ts'
import { describe } from '../../kit/suite.ts'
import { aGoodRun } from '../../kit/verdicts.ts'
import { VirtualClock } from '../../kit/virtual-clock.ts'

const plan = aRunPlan({ durationMs: 10_000 })
const RUN = { runId: 'run-1', correlationId: 'c-1' }

/** A feed, the stop switch of its run, and the page that looks. */
function aFeed() {
  const stop = new StopSwitch()
  const board = new LiveBoard(new VirtualClock())
  const runs = new WatchedRuns(stop)
  const feed = new RunFeed(board, runs, stop)
  const merger = new SnapshotMerger()
  let second = 0
  return {
    feed,
    runs,
    stop,
    page: () => board.tell(null).message,
    interval() {
      const snapshot = aSnapshot(second++, { okMs: [10, 20] })
      const used = { generator: GENERATOR, target: null, probes: {} }
      runs.onInterval(merger.add([snapshot], 'steady', used), plan, [snapshot], () => merger.view(plan))
    },
  }
}

describe('RunFeed', (test) => {
  test('shows a run from before it has a name to its verdict', () => {
    const { feed, runs, page, interval } = aFeed()
    const stages = [page().view?.stage]
    runs.onBegin(RUN, {})
    runs.onPrepared(plan, 1)
    stages.push(page().view?.stage)
    interval()
    runs.onNote('something')
    stages.push(page().view?.stage)

    feed.judged(aGoodRun().verdict, { href: '/runs/run-1', path: 'reports/run-1' })

    stages.push(page().view?.stage)
    assert.equal(stages, ['preparing', 'running', 'running', 'done'])
    assert.equal([page().view?.runId, page().view?.requestCount, page().points.length], ['run-1', 2, 1])
    assert.equal([page().view?.verdict?.outcome, page().report?.href], ['GO', '/runs/run-1'])
    assert.equal(
      page().view?.events.map(({ text }) => text),
      ['steady', 'something'],
    )
  })

  test('shows why a run failed', () => {
    const { feed, page } = aFeed()

    feed.failed('the target cannot be reached')

    assert.equal([page().view?.stage, page().view?.failure], ['failed', 'the target cannot be reached'])
  })

  test('shows a search beside each of its loads, and its answer over the last of them', () => {
    const { feed, runs, page, interval } = aFeed()
    const record = aFinishedSearch()
    const live = liveSearchOf(record, searchState(record.limits, record.settings, record.probes))
    runs.searching(live)
    runs.onBegin({ ...RUN, runId: 'probe-2' }, {})
    interval()
    assert.equal([page().search, page().view?.runId], [live, 'probe-2'])
    feed.answered(liveAnswerOf(record), { href: null, path: 'capacity.html' })
    assert.equal(
      [page().view?.stage, page().view?.runId, page().report?.path],
      ['done', 'probe-2', 'capacity.html'],
    )
    assert.match(page().view?.verdict?.headline ?? '', /^Holds \d+ req\/s inside the objectives/)
    assert.not(runs.isLive)
  })

  test('masks the secrets of the run', () => {
    const { runs, page } = aFeed()
    runs.onBegin(RUN, { TOKEN: 'hunter2-hunter2' })

    runs.onNote('401 for hunter2-hunter2')

    assert.is(page().view?.events[0]?.text, '401 for ***')
  })

  test('presses the stop switch of the run at any time, and counts', () => {
    const { feed, page, stop, interval } = aFeed()

    assert.ok(feed.press())
    assert.equal([stop.level, page().stopCount], ['drain', 1])
    interval()
    assert.ok(feed.press())
    assert.equal([stop.level, page().stopCount], ['abort', 2])
    assert.equal(
      page()
        .view?.events.filter(({ kind }) => kind === 'stop')
        .map(({ text }) => text),
      ['asked to stop (dashboard)', 'asked again (dashboard)'],
    )
  })

  test('counts the signals that somebody else gave: the next press gives up', () => {
    const { feed, page, stop } = aFeed()
    stop.press('SIGINT')

    feed.press()

    assert.equal([stop.level, page().stopCount], ['abort', 2])
  })

  test('presses nothing when the run is over, and listens no more', () => {
    const { feed, runs, page, stop } = aFeed()
    feed.judged(aGoodRun().verdict, { href: null, path: '' })

    assert.not(feed.press())
    assert.is(stop.level, 'none')
    stop.press('SIGINT')
    assert.not(runs.isLive)
    assert.is(page().stopCount, 0)
  })

  test('shows runs that are made to confirm in the place of the first, which gets the verdict', () => {
    const { feed, runs, page, interval } = aFeed()
    runs.onBegin(RUN, {})
    interval()
    runs.onBegin({ runId: 'run-2', correlationId: 'c-2' }, {})
    assert.equal([page().view?.runId, page().points.length], ['run-2', 0])

    feed.judged(aGoodRun().verdict, { href: null, path: '' })

    assert.equal([page().view?.runId, page().view?.stage, page().points.length], ['run-1', 'done', 1])
  })
})
