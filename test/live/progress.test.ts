import * as assert from 'uvu/assert'
import { StopSwitch } from '../../harness/base/stop-request.ts'
import { createPlainView, createScreenView } from '../../harness/live/progress.ts'
import { lastLine, progressLine } from '../../harness/live/progress-line.ts'
import { RunWatch } from '../../harness/live/run-watch.ts'
import type { Host } from '../../harness/ports/host.ts'
import { aPlan } from '../kit/builders.ts'
import { ToldLoad } from '../kit/live-intervals.ts'
import { aFiringStatus, aLiveView } from '../kit/live-views.ts'
import { describe } from '../kit/suite.ts'
import { TypingHost } from '../kit/typing-host.ts'

const plan = aPlan({ durationMs: 60_000 })

function aBegunWatch(): RunWatch {
  const watch = new RunWatch()
  watch.onPrepared(plan, 1)
  return watch
}

const screenOf = (env: Host['env'], hasKeyboard = true) => {
  const host = new TypingHost().host(env, hasKeyboard)
  return createScreenView(host, new StopSwitch())
}

describe('Progress off a terminal', (test) => {
  test('is a line every five seconds of each run', () => {
    const lines: string[] = []
    const view = createPlainView({ write: (text) => lines.push(text) })

    for (const watch of [aBegunWatch(), aBegunWatch()]) {
      view.begin(watch)
      const load = new ToldLoad(watch, plan)
      for (let i = 0; i < 12; i++) {
        load.second(i, { okMs: [20] })
        view.update()
      }
    }

    assert.equal(
      lines.map((line) => / (\S+) left/.exec(line)?.[1]),
      ['55s', '50s', '55s', '50s'],
    )
  })

  test('stays on one line whatever a phase is called', () => {
    const lines: string[] = []
    const view = createPlainView({ write: (text) => lines.push(text) })
    const watch = aBegunWatch()
    view.begin(watch)

    new ToldLoad(watch, plan).second(4, { phase: 'a\nb\u001b[2J' })
    view.update()

    assert.match(lines.join(''), /^a\\u\{a\}b\\u\{1b\}\[2J \| [^\n]*\n$/)
  })

  test('says what is amiss in its line, and only that', () => {
    const { generator } = aLiveView()
    if (generator === null) throw new Error('the view has a generator')

    assert.is(
      progressLine(aLiveView({ backlog: 0 })),
      'steady | 1m48s left | 20 agents | journeys 103/s of 121/s planned | 242/s requests | p50 21.4ms | p99 164ms | 147 errors',
    )
    const troubled = aLiveView({ objectives: [aFiringStatus()], generator: { ...generator, level: 'doubt' } })
    assert.match(
      progressLine(troubled),
      /147 errors \| 14 in the backlog \| 1 failing \| generator unreliable$/,
    )
  })

  test('ends in what the run was', () => {
    assert.is(
      lastLine(aLiveView()),
      'checkout 20260101-093005-4f2a: load for 1m12s with warm-up, 12,345 requests, 147 errors, p50 20.1ms, p99 99.3ms',
    )
  })
})

describe('The whole screen', (test) => {
  test('is used where somebody sits at a terminal', () => {
    assert.is.not(screenOf({ TERM: 'xterm' }), null)
  })

  test('is not used without a keyboard, nor where it cannot be drawn', () => {
    assert.is(screenOf({}, false), null)
    assert.is(screenOf({ TERM: 'dumb' }), null)
  })
})
