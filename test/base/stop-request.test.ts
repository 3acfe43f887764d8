import * as assert from 'uvu/assert'
import { HarnessError } from '../../harness/base/errors.ts'
import {
  givenUpBy,
  isInterrupted,
  StopSwitch,
  unlessStopped,
  untilNextPress,
} from '../../harness/base/stop-request.ts'
import { describe } from '../kit/suite.ts'

const forever = () => new Promise<never>(() => undefined)
const errorOf = (work: Promise<unknown>) => work.catch((error: unknown) => error)

describe('A stop switch', (test) => {
  test('asks for an orderly end at the first press and gives up at the second', () => {
    const stop = new StopSwitch()
    const levels: string[] = [stop.level]
    const told: string[] = []
    stop.onPress((level, by) => told.push(`${level} by ${by}`))

    stop.press('SIGINT')
    levels.push(stop.level)
    assert.equal([stop.signal.aborted, stop.abortSignal.aborted], [true, false])
    stop.press('dashboard')
    levels.push(stop.level)

    assert.equal(levels, ['none', 'drain', 'abort'])
    assert.equal(told, ['drain by SIGINT', 'abort by dashboard'])
    assert.ok(stop.abortSignal.aborted)
  })

  test('tells each further press, and nobody who has forgotten it', () => {
    const stop = new StopSwitch()
    let presses = 0
    const forget = stop.onPress(() => {
      presses++
    })
    for (let press = 0; press < 3; press++) stop.press('SIGINT')
    forget()

    stop.press('SIGINT')

    assert.is(presses, 3)
  })

  test('is released when the last that holds it lets go', async () => {
    const stop = new StopSwitch()
    await stop.released()
    const [first, second] = [stop.hold(), stop.hold()]
    let isReleased = false
    const released = stop.released().then(() => {
      isReleased = true
    })

    first()
    first()
    await Promise.resolve()
    assert.not(isReleased)
    second()

    await released
  })
})

describe('Work that heeds a stop', (test) => {
  test('is not begun after it', async () => {
    const stop = new StopSwitch()
    stop.press('SIGINT')
    let isBegun = false

    const error = await errorOf(
      unlessStopped(stop.signal, 'during setup', () => {
        isBegun = true
        return Promise.resolve()
      }),
    )

    assert.not(isBegun)
    assert.ok(isInterrupted(error))
    const { exitCode, message } = error as HarnessError
    assert.equal([exitCode, message], [130, 'interrupted during setup; nothing was measured'])
  })

  test('is given up by it, however long it takes', async () => {
    const stop = new StopSwitch()
    const waiting = errorOf(unlessStopped(stop.signal, 'during setup', forever))

    stop.press('SIGINT')

    assert.ok(isInterrupted(await waiting))
  })

  test('gives its result, or its own error, where nobody asks', async () => {
    const { signal } = new StopSwitch()
    const failing = () => Promise.reject(new HarnessError('SETUP_FAILED', 'no'))

    assert.is(await unlessStopped(signal, 'then', () => Promise.resolve(7)), 7)
    assert.not(isInterrupted(await errorOf(unlessStopped(signal, 'then', failing))))
  })

  test('may begin after a press and be given up by the next one', async () => {
    const stop = new StopSwitch()
    stop.press('SIGINT')
    assert.is(await untilNextPress(stop, 'then', () => Promise.resolve(7)), 7)
    const waiting = errorOf(untilNextPress(stop, 'then', forever))

    stop.press('SIGINT')

    assert.ok(isInterrupted(await waiting))
    assert.ok(isInterrupted(await errorOf(untilNextPress(stop, 'then', () => Promise.resolve(7)))))
  })

  test('is given up at once by the signal of its caller, before or after it is made', () => {
    const caller = new AbortController()
    const before = givenUpBy(caller.signal)
    assert.is(before.level, 'none')

    caller.abort()

    assert.equal([before.level, givenUpBy(caller.signal).level], ['abort', 'abort'])
  })
})
