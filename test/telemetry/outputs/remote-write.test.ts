import * as assert from 'uvu/assert'
import { aBatch, twoSeconds } from '../../kit/metric-batches.ts'
import { readRemoteWrite, startReceiver } from '../../kit/output-receivers.ts'
import { anEnd, openOutput } from '../../kit/outputs-contract.ts'
import { describe } from '../../kit/suite.ts'

const open = new AbortController().signal

describe('Remote write', (test) => {
  test('sorts labels, says its protocol, and sends native histograms', async () => {
    const receiver = await startReceiver()
    const output = await openOutput('remote-write', { url: receiver.url, headers: { 'x-scope-orgid': 'a' } })
    await output.send(aBatch(), open)
    await receiver.close()

    const [post] = receiver.received
    assert.equal(
      [
        post?.headers['x-prometheus-remote-write-version'],
        post?.headers['content-encoding'],
        post?.headers['x-scope-orgid'],
      ],
      ['0.1.0', 'snappy', 'a'],
    )
    const series = readRemoteWrite(post!.body)
    for (const { order } of series) assert.equal(order, [...order].sort())
    const times = series.find(
      ({ labels }) => labels['__name__'] === 'proofload_response_time_seconds' && labels['outcome'] === 'ok',
    )
    assert.equal(times?.histogram, { count: 6, sum: 0.0062, schema: 3 })
    assert.not.ok(series.some(({ labels }) => labels['__name__']?.endsWith('_bucket')))
  })

  test('ends every series that it ever wrote, a moment after the last figures', async () => {
    const receiver = await startReceiver()
    const output = await openOutput('remote-write', { url: receiver.url })
    const batch = aBatch()
    await output.send(batch, open)
    const last = { ...batch, points: batch.points.slice(0, 3), atMs: batch.atMs + 1000 }
    await output.finish(anEnd(last), open)
    await receiver.close()

    const all = receiver.received.flatMap(({ body }) => readRemoteWrite(body))
    const names = (stale: boolean) =>
      new Set(all.filter(({ isStale }) => isStale === stale).map(({ labels }) => JSON.stringify(labels)))
    assert.equal([...names(true)].sort(), [...names(false)].sort())
    assert.equal([...new Set(all.filter(({ isStale }) => isStale).map(({ atMs }) => atMs))], [last.atMs + 1])
  })

  test('writes classic histograms from then on to a receiver that refuses native ones', async () => {
    const receiver = await startReceiver()
    receiver.answer = { status: 500, text: 'native histograms are disabled' }
    const output = await openOutput('remote-write', { url: receiver.url })
    const failure = await output.send(aBatch(), open).catch((error: Error) => error.message)
    receiver.answer = { status: 204 }
    await output.send(aBatch(twoSeconds()), open)
    await receiver.close()

    assert.match(String(failure), /answered 500: native histograms are disabled/)
    const kinds = receiver.received.map(({ body }) =>
      readRemoteWrite(body).some(({ histogram }) => histogram !== null),
    )
    assert.equal(kinds, [true, false, false])
  })

  test('cuts what is long into requests of at most 2,000 series', async () => {
    const receiver = await startReceiver()
    const output = await openOutput('remote-write', { url: receiver.url })
    const batch = aBatch()
    const [first] = batch.points
    const points = Array.from({ length: 4_100 }, (_, i) => ({ ...first!, labels: { step: String(i) } }))
    await output.send({ ...batch, points }, open)
    await receiver.close()

    assert.equal(
      receiver.received.map(({ body }) => readRemoteWrite(body).length),
      [2000, 2000, 100],
    )
  })
})
