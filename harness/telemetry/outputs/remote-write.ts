/**
 * Remote write 1.0 to Prometheus and what speaks its protocol. A batch that was not taken is not sent again: the next one has everything,
 * for counters and histograms begin with the run.
 */
import { hostname } from 'node:os'
import type * as z from 'zod'
import { inGroups } from '../../base/in-groups.ts'
import type { MetricBatch } from '../../model/metric-point.ts'
import type { Output, OutputContext } from '../../ports/output.ts'
import { post, refused } from './post.ts'
import { SERIES_MAX, type Series, type SeriesForm, seriesOf, writeRequest } from './remote-write-body.ts'
import type { remoteWriteSettings } from './settings.ts'

const HEADERS = {
  'content-type': 'application/x-protobuf',
  'content-encoding': 'snappy',
  'x-prometheus-remote-write-version': '0.1.0',
}

export function openRemoteWrite(
  { url, histograms, headers, staleMarkers }: z.output<typeof remoteWriteSettings>,
  { schema, note }: OutputContext,
): Promise<Output> {
  // Two runs of one scenario at once write series of their own.
  const own = { job: 'proofload', instance: `${hostname()}:${process.pid}` }
  let form: SeriesForm = { native: histograms !== 'classic', classic: histograms !== 'native', schema, own }
  // Whatever was written has to end, also what the last batch no longer has.
  const written = new Map<string, Series>()
  const send = async (all: readonly Series[], atMs: number, signal: AbortSignal) => {
    for (const some of inGroups(all, SERIES_MAX)) {
      const refusal = await post({
        url,
        body: writeRequest(some, atMs),
        headers: { ...headers, ...HEADERS },
        signal,
      })
      if (refusal !== null) return refusal
    }
    return null
  }
  const sendBatch = async ({ points, atMs }: MetricBatch, signal: AbortSignal): Promise<void> => {
    const all = points.flatMap((point) => seriesOf(point, form))
    const refusal = await send(all, atMs, signal)
    if (refusal === null) {
      for (const series of all) written.set(JSON.stringify(series.labels), series)
      return
    }
    if (!form.native || !/native histogram/i.test(refusal.said)) throw refused(url, refusal)
    note(`${new URL(url).origin} does not take native histograms: classic ones are written from now on`)
    form = { ...form, native: false, classic: true }
    await sendBatch({ points, atMs, startMs: atMs }, signal)
  }
  return Promise.resolve({
    send: sendBatch,
    async finish({ batch }, signal) {
      await sendBatch(batch, signal)
      if (!staleMarkers) return
      const ends = [...written.values()].map((series): Series => ({ ...series, value: 'stale' }))
      const refusal = await send(ends, batch.atMs + 1, signal)
      if (refusal !== null) throw refused(url, refusal)
    },
    close: () => Promise.resolve(),
  })
}
