import * as assert from 'uvu/assert'
import { Interrupts } from '../../harness/cli/interrupts.ts'
import { describe } from '../kit/suite.ts'
import { TypingHost } from '../kit/typing-host.ts'

/** The interrupts of a process, and the line with which its command was ended by force; null until then. */
function aProcess() {
  const person = new TypingHost()
  const interrupts = new Interrupts(person.host())
  const end: { line: string | null } = { line: null }
  void interrupts.forced.then((line) => {
    end.line = line
  })
  /** Advancing lets promises settle. */
  const lineAfter = async (ms = 0) => {
    await person.clock.advance(ms)
    return end.line
  }
  return { person, interrupts, lineAfter }
}

describe('Interrupts', (test) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    test(`end a command that does not take the switch at once: ${signal}`, async () => {
      const { person, lineAfter } = aProcess()

      person.signal(signal)

      assert.is(await lineAfter(), `interrupted (${signal})`)
    })

  test('leave a command that takes it to itself, once and twice', async () => {
    const { person, interrupts, lineAfter } = aProcess()
    const stop = interrupts.take()

    person.signal('SIGTERM')
    assert.is(stop.level, 'drain')
    person.signal('SIGINT')

    assert.is(stop.level, 'abort')
    assert.is(await lineAfter(9_999), null)
  })

  test('end it by force ten seconds after it was to give up', async () => {
    const { person, interrupts, lineAfter } = aProcess()
    interrupts.take()
    person.signal('SIGINT')
    person.signal('SIGINT')

    assert.match((await lineAfter(10_000)) ?? '', /did not stop within 10 s; .*proofload recover/)
  })

  test('end it by force at the third, whoever pressed', async () => {
    const { person, interrupts, lineAfter } = aProcess()
    const stop = interrupts.take()
    stop.press('dashboard')
    person.signal('SIGINT')
    assert.is(await lineAfter(), null)

    person.signal('SIGINT')

    assert.match((await lineAfter()) ?? '', /^ended by force \(SIGINT\)/)
  })

  test('wait for what must not be cut in half', async () => {
    const { person, interrupts, lineAfter } = aProcess()
    const letGo = interrupts.take().hold()
    for (let press = 0; press < 4; press++) person.signal('SIGINT')
    assert.is(await lineAfter(60_000), null)

    letGo()

    assert.ok(await lineAfter())
  })

  test('hear nothing and wait for nothing once the command is over', () => {
    const { person, interrupts } = aProcess()
    interrupts.take()
    person.signal('SIGINT')
    person.signal('SIGINT')

    interrupts.close()

    assert.is(person.listenerCount, 0)
  })
})
