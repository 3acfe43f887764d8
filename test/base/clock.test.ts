import { Worker } from 'node:worker_threads'
import * as assert from 'uvu/assert'
import { createSystemClock, isoOf, sleep, wallMsOf } from '../../harness/base/clock.ts'
import { describe } from '../kit/suite.ts'
import { VirtualClock } from '../kit/virtual-clock.ts'

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('the system clock', (test) => {
  test('never goes back, and agrees with the calendar', () => {
    const clock = createSystemClock()
    const instants = Array.from({ length: 1_000 }, () => clock.nowMs())

    assert.ok(instants.every((nowMs, i) => i === 0 || nowMs >= instants[i - 1]!))
    assert.ok(Math.abs(clock.wallMs() - Date.now()) < 1_000)
  })

  test('waits for longer than a timer of Node can', async () => {
    let isCalled = false
    const cancel = createSystemClock().after(2 ** 31, () => {
      isCalled = true
    })
    // Node would end it at once: within the next milliseconds.
    await sleep(createSystemClock(), 20)
    cancel()

    assert.not(isCalled)
  })

  test('tells the same machine instant in every thread', async () => {
    const code = `
      const { parentPort } = require('node:worker_threads')
      const epochMs = Number(process.hrtime.bigint() / 1000n) / 1000 - performance.now()
      parentPort.postMessage(performance.now() + epochMs)`
    const clock = createSystemClock()
    const beforeMs = clock.nowMs() + clock.epochMs
    const worker = new Worker(code, { eval: true })
    const insideMs = await new Promise<number>((resolve) => worker.once('message', resolve))
    const afterMs = clock.nowMs() + clock.epochMs

    assert.ok(insideMs > beforeMs - 0.1 && insideMs < afterMs + 0.1, `${beforeMs} ${insideMs} ${afterMs}`)
  })

  test('calls back once, again and again, or soon, until cancelled', async () => {
    const clock = createSystemClock()
    const calls = { after: 0, every: 0, soon: 0, never: 0 }
    clock.after(1, () => calls.after++)
    clock.after(1, () => calls.never++)()
    clock.soon(() => calls.never++)()
    clock.every(1, () => calls.never++)()
    clock.soon(() => calls.soon++)
    await new Promise<void>((resolve) => {
      const cancel = clock.every(1, () => {
        if (++calls.every < 3) return
        cancel()
        cancel()
        resolve()
      })
    })
    await turn()

    assert.equal(calls, { after: 1, every: 3, soon: 1, never: 0 })
  })
})

describe('sleep', (test) => {
  test('ends when its clock says so, and not before', async () => {
    const clock = new VirtualClock()
    let awake = false
    const sleeping = sleep(clock, 100).then(() => {
      awake = true
    })
    await clock.advance(99)
    assert.not(awake)
    await clock.advance(1)
    await sleeping
    assert.ok(awake)
  })
})

describe('calendar instants', (test) => {
  test('read back as they were written', () => {
    assert.is(isoOf(1_763_717_405_120), '2025-11-21T09:30:05.120Z')
    assert.is(wallMsOf(isoOf(1_763_717_405_120)), 1_763_717_405_120)
    assert.is(wallMsOf('Fri, 21 Nov 2025 09:30:05 GMT'), 1_763_717_405_000)
    assert.is.not(wallMsOf('soon'), wallMsOf('soon'), 'NaN')
  })
})
