import * as assert from 'uvu/assert'
import { OutputSender } from '../../../harness/app/run/output-sender.ts'
import { createSystemClock } from '../../../harness/base/clock.ts'
import type { MetricBatch } from '../../../harness/model/metric-point.ts'
import type { Output } from '../../../harness/ports/output.ts'
import { aBatch } from '../../kit/metric-batches.ts'
import { anEnd } from '../../kit/outputs-contract.ts'
import { describe } from '../../kit/suite.ts'
import { turnsOfTheLoop } from '../../kit/until.ts'

const never = new AbortController().signal

function aSender(changes: Partial<Output>) {
  const warnings: string[] = []
  const sender = new OutputSender({
    name: 'main',
    plugin: 'json',
    place: 'nowhere',
    isAsked: false,
    everyMs: 5_000,
    output: {
      send: () => Promise.resolve(),
      finish: () => Promise.resolve(),
      close: () => Promise.resolve(),
      ...changes,
    },
    clock: createSystemClock(),
    redact: (text) => text.replaceAll('hunter2', '***'),
    onWarning: (text) => warnings.push(text),
  })
  return { sender, warnings }
}

describe('An output on its way', (test) => {
  test('is told in order, and never two batches at once', async () => {
    const sent: number[] = []
    let underWay = 0
    const { sender } = aSender({
      async send({ atMs }: MetricBatch) {
        assert.is(++underWay, 1)
        await turnsOfTheLoop(2)
        underWay--
        sent.push(atMs)
      },
    })

    for (const atMs of [1, 2, 3]) sender.offer({ ...aBatch(), atMs })
    await sender.settle(never)

    assert.equal(sent, [1, 2, 3])
    assert.is(sender.report.sentCount, 3)
  })

  test('is due at its own pace, though seconds end a little early', () => {
    const { sender } = aSender({})

    assert.equal(
      [1000, 2000, 5990, 6010, 10_995].map((atMs) => sender.isDue(atMs)),
      [true, false, true, false, true],
    )
  })

  test('that hangs drops the oldest of more than 60 that wait, and counts them', async () => {
    const sent: number[] = []
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const { sender } = aSender({
      async send({ atMs }: MetricBatch) {
        if (sent.length === 0) await held
        sent.push(atMs)
      },
    })

    sender.offer({ ...aBatch(), atMs: 0 })
    await turnsOfTheLoop()
    for (let atMs = 1; atMs <= 70; atMs++) sender.offer({ ...aBatch(), atMs })
    release()
    await sender.settle(never)

    assert.equal([sent.length, sent[1], sent.at(-1)], [61, 11, 70])
    assert.is(sender.report.droppedCount, 10)
  })

  test('that fails is said once, without secrets, and counted', async () => {
    const { sender, warnings } = aSender({ send: () => Promise.reject(new Error('token hunter2 is wrong')) })

    for (let i = 0; i < 8; i++) sender.offer(aBatch())
    await sender.settle(never)

    assert.equal(warnings, ["output 'main' (json) failed: token *** is wrong; the run continues"])
    // After five in a row nothing is tried for a while; that is a failure too.
    assert.equal([sender.report.failedCount, sender.report.lastError], [8, 'token *** is wrong'])
  })

  test('that failed last is not told the end of the run, and makes nobody wait', async () => {
    let isToldEnd = false
    const { sender } = aSender({
      send: () => Promise.reject(new Error('away')),
      finish: () => {
        isToldEnd = true
        return Promise.resolve()
      },
    })

    sender.offer(aBatch())
    await sender.settle(never)
    await sender.finish(anEnd(aBatch()), never)

    assert.is(isToldEnd, false)
  })

  test('is not waited for by whoever gives up', async () => {
    const { sender } = aSender({
      send: (_batch, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')))
        }),
    })
    const gaveUp = new AbortController()

    sender.offer(aBatch())
    await turnsOfTheLoop()
    gaveUp.abort()
    await sender.settle(gaveUp.signal)

    assert.is(sender.report.lastError, 'it was still busy when the run had ended')
  })
})
