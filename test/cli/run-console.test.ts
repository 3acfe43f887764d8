import * as assert from 'uvu/assert'
import { StopSwitch } from '../../harness/base/stop-request.ts'
import { type LogFlags, RunConsole } from '../../harness/cli/run-console.ts'
import type { Host } from '../../harness/ports/host.ts'
import { aPlan } from '../kit/builders.ts'
import { ToldLoad } from '../kit/live-intervals.ts'
import { describe } from '../kit/suite.ts'
import { TypingHost } from '../kit/typing-host.ts'

const ENTER = '\u001b[?1049h'
const LEAVE = '\u001b[?1049l'
const plan = aPlan({ scenario: 'shop', durationMs: 60_000 })

/** A console at a terminal. */
function aConsole(flags: Partial<LogFlags> = {}, env: Host['env'] = {}) {
  const person = new TypingHost()
  const stop = new StopSwitch()
  const console = new RunConsole(
    person.host(env),
    { tui: true, log: 'auto', logLevel: 'info', ...flags },
    stop,
  )
  const begin = (runId: string) => {
    console.onBegin({ runId, correlationId: 'correlation' }, {})
    console.onPrepared(plan, 1, [])
  }
  const load = new ToldLoad(console, plan)
  const seconds = (count: number) => {
    for (let i = 0; i < count; i++) load.second(i, { okMs: [20] })
  }
  return { person, console, stop, begin, seconds }
}

describe('The console of runs', (test) => {
  test('says what is about to run before it takes the screen, and the rest afterwards', () => {
    const { person, console, begin, seconds } = aConsole()

    begin('run-1')
    seconds(1)
    console.onNote('something is odd')
    console.host.stderr.write('ALERT firing\n')
    console.done()

    const order = ['shop: constant-agents', ENTER, LEAVE, 'something is odd', 'ALERT firing', 'load for 1s']
    const places = order.map((text) => person.written.lastIndexOf(text))
    assert.equal(
      places,
      places.toSorted((a, b) => a - b),
    )
    assert.ok(places.every((place) => place >= 0))
  })

  test('shows on the screen of a run what was said after the one before', async () => {
    const { person, console, begin } = aConsole()
    begin('run-1')

    console.say('pair 1, baseline: p50 20ms')
    begin('run-2')
    await person.clock.advance(500)

    const screen = person.written.slice(person.written.lastIndexOf('run-2 '))
    assert.match(screen, 'pair 1, baseline: p50 20ms')
  })

  for (const [what, flags, env] of [
    ['nobody wants a screen', { tui: false }, {}],
    ['a CI system runs it', {}, { CI: 'true' }],
  ] as const)
    test(`writes a line every five seconds where ${what}`, () => {
      const { person, begin, seconds } = aConsole(flags, env)

      begin('run-1')
      seconds(11)

      assert.not.match(person.written, ENTER)
      assert.is(person.written.match(/\d+s left \| /g)?.length, 2)
    })

  test('keeps lines of JSON lines of JSON', () => {
    const { person, console, begin, seconds } = aConsole({ log: 'json' })

    begin('run-1')
    seconds(6)
    console.done()

    const lines = person.written.trim().split('\n')
    assert.ok(lines.every((line) => JSON.parse(line).runId === 'run-1'))
    assert.ok(lines.some((line) => /left \| 10 agents/.test(JSON.parse(line).msg)))
  })

  test('says nothing when it is told to be quiet', () => {
    const { person, console, begin, seconds } = aConsole({ quiet: true })

    begin('run-1')
    seconds(6)
    console.say('pair 1')
    console.done()

    assert.is(person.written, '')
  })

  test('asks the run to stop when somebody presses q', () => {
    const { person, stop, begin } = aConsole()
    begin('run-1')

    person.type('q')

    assert.is(stop.level, 'drain')
  })
})
