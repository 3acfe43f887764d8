import * as assert from 'uvu/assert'
import { StopSwitch } from '../../../harness/base/stop-request.ts'
import { RunWatch } from '../../../harness/live/run-watch.ts'
import { FullScreenView } from '../../../harness/live/terminal/full-screen.ts'
import { WatchedRuns } from '../../../harness/live/watched-runs.ts'
import { aPlan } from '../../kit/builders.ts'
import { ToldLoad } from '../../kit/live-intervals.ts'
import { describe } from '../../kit/suite.ts'
import { TypingHost } from '../../kit/typing-host.ts'

const ENTER = '\u001b[?1049h'
const LEAVE = '\u001b[?1049l'
const plan = aPlan({ scenario: 'shop' })

/** A run that is watched on the whole screen; `heard` is who asked it to stop. */
function aWatchedRun() {
  const person = new TypingHost()
  const host = person.host()
  const stop = new StopSwitch()
  const heard: string[] = []
  stop.onPress((_level, by) => heard.push(by))
  const { keyboard } = host
  if (keyboard === undefined) throw new Error('nobody types')
  const watch = new WatchedRuns(stop).present
  const view = new FullScreenView({ host, keyboard, stop, theme: { colour: false, unicode: true } })
  watch.onBegin({ runId: 'run-1', correlationId: 'c' })
  watch.onPrepared(plan, 1)
  const load = new ToldLoad(watch, plan)
  const second = (number: number, okMs: readonly number[]) => {
    load.second(number, { okMs })
    view.update()
  }
  return { person, view, watch, stop, heard, second }
}

describe('The full-screen view', (test) => {
  test('enters the alternate screen when a run begins and draws it at once', () => {
    const { person, view, watch } = aWatchedRun()

    view.begin(watch)

    assert.ok(person.written.startsWith(ENTER))
    assert.match(person.written, 'shop')
  })

  test('is left when it cannot be drawn, and says why', async () => {
    const { person, view, watch } = aWatchedRun()
    view.begin(watch)
    Object.defineProperty(watch, 'points', {
      get: () => {
        throw new Error('no points')
      },
    })

    await person.clock.advance(500)

    assert.match(person.written, LEAVE)
    assert.match(person.written, 'cannot be drawn (bug in proofload): no points')
  })

  test('draws what is new at the next frame', async () => {
    const { person, view, watch, second } = aWatchedRun()
    view.begin(watch)
    person.news

    second(0, [20, 20])
    assert.is(person.news, '')
    await person.clock.advance(500)

    assert.match(person.news, '2.0/s, 2 so far')
  })

  test('stands still while it is paused, and then shows the newest', async () => {
    const { person, view, watch, second } = aWatchedRun()
    view.begin(watch)
    person.type('p')
    assert.match(person.news, 'VIEW PAUSED')

    second(0, [20])
    await person.clock.advance(5_000)
    assert.not.match(person.news, 'so far')
    person.type(' ')

    assert.match(person.news, '1 so far')
  })

  test('is drawn as often as somebody wants', async () => {
    const { person, view, watch, second } = aWatchedRun()
    view.begin(watch)
    person.type('+')
    assert.match(person.news, 'refresh 250ms')

    second(0, [20])
    await person.clock.advance(250)

    assert.match(person.news, '1 so far')
  })

  test('goes no faster and no slower than it can', () => {
    const { person, view, watch } = aWatchedRun()
    view.begin(watch)

    person.type('++++++++')
    assert.match(person.news, 'refresh 100ms')
    person.type('---------')

    assert.match(person.news, 'refresh 5s')
  })

  test('asks the run to stop at the first q and to give up at the second', () => {
    const { person, view, watch, heard } = aWatchedRun()
    view.begin(watch)

    person.type('q')
    assert.equal(heard, ['SIGINT'])
    assert.match(person.news, 'q again: abort')
    person.type('\u0003')

    assert.equal(heard, ['SIGINT', 'SIGINT'])
    assert.match(person.news, 'aborting')
    assert.is(watch.view.stage, 'draining')
  })

  test('shows that a signal from outside stops the run', () => {
    const { person, view, watch, stop } = aWatchedRun()
    view.begin(watch)

    stop.press('SIGTERM')

    assert.match(person.news, 'asked to stop (SIGTERM)')
    assert.is(watch.view.stage, 'draining')
  })

  test('keeps what is said for the normal screen, in order, and the figures after it', () => {
    const { person, view, watch, second } = aWatchedRun()
    view.say('before')
    view.begin(watch)
    second(0, [20, 20])
    person.news

    view.say('one')
    view.say('two')
    assert.is(person.news, '')
    view.done()
    view.done()

    assert.match(person.news, /\[\?1049lone\ntwo\nshop run-1: load for 1s, 2 requests, 0 errors, p50 20ms/)
    assert.is(person.listenerCount, 0)
  })

  test('gives the terminal back when the process crashes', () => {
    const { person, view, watch } = aWatchedRun()
    view.begin(watch)
    view.say('kept')
    person.news

    person.crash()

    assert.match(person.news, /\[\?1049lkept\n/)
    assert.is(person.listenerCount, 0)
  })

  test('fits itself to another window at once', () => {
    const { person, view, watch } = aWatchedRun()
    view.begin(watch)
    person.news

    person.resize(60, 12)

    assert.match(person.news, /\[2J.*\[12;1H.{0,5}q stop/)
  })

  test('shows the next run on the same screen', async () => {
    const { person, view, watch } = aWatchedRun()
    view.begin(watch)
    person.type('p')
    const next = new RunWatch()
    next.onBegin({ runId: 'run-2', correlationId: 'c' })
    next.onPrepared(plan, 1)
    person.news

    view.begin(next)

    const { news } = person
    assert.match(news, 'run-2')
    assert.not.match(news, ENTER)
    assert.not.match(news, 'PAUSED')
  })
})
