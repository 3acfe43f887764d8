import * as assert from 'uvu/assert'
import { withStopButton } from '../../harness/live/stop-button.ts'
import type { SignalName } from '../../harness/ports/host.ts'
import { describe } from '../kit/suite.ts'
import { TypingHost } from '../kit/typing-host.ts'

describe('A stop button', (test) => {
  test('is heard as a signal, each time it is pressed', () => {
    const button = withStopButton(new TypingHost().host())
    const heard: SignalName[] = []
    button.host.onSignal((signal) => heard.push(signal))

    button.press()
    button.press()

    assert.equal(heard, ['SIGINT', 'SIGINT'])
  })

  test('takes no signal of the process away', () => {
    const person = new TypingHost()
    const heard: SignalName[] = []
    withStopButton(person.host()).host.onSignal((signal) => heard.push(signal))

    person.signal('SIGTERM')

    assert.equal(heard, ['SIGTERM'])
  })

  test('does nothing without a run, and is no longer heard by one that is over', () => {
    const person = new TypingHost()
    const button = withStopButton(person.host())
    const heard: SignalName[] = []
    const forget = button.host.onSignal((signal) => heard.push(signal))
    assert.ok(button.isHeard)

    forget()
    button.press()
    person.signal('SIGINT')

    assert.equal(heard, [])
    assert.not(button.isHeard)
  })
})
