/** OTLP/HTTP in JSON: metrics every few seconds, and traces at the end of a run. */
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type * as z from 'zod'
import type { MetricBatch } from '../../model/metric-point.ts'
import type { Output, OutputContext } from '../../ports/output.ts'
import { otlpMetrics } from './otlp-metrics.ts'
import { otlpTraces } from './otlp-traces.ts'
import { postOrFail } from './post.ts'
import type { otlpSettings } from './settings.ts'
import { Window } from './window.ts'

const compressed = promisify(gzip)

export function openOtlp(
  { url, temporality, traces, headers }: z.output<typeof otlpSettings>,
  { schema }: OutputContext,
): Promise<Output> {
  const base = url.replace(/\/+$/, '')
  const window = temporality === 'delta' ? new Window() : null
  let lastMs: number | null = null
  const postJson = async (path: string, document: object, signal: AbortSignal) =>
    postOrFail({
      url: `${base}${path}`,
      body: await compressed(JSON.stringify(document)),
      headers: { ...headers, 'content-type': 'application/json', 'content-encoding': 'gzip' },
      signal,
    })
  const send = async (batch: MetricBatch, signal: AbortSignal) => {
    const points = window?.since(batch.points) ?? batch.points
    const startMs = window === null ? batch.startMs : (lastMs ?? batch.startMs)
    await postJson('/v1/metrics', otlpMetrics({ ...batch, points, startMs }, { temporality, schema }), signal)
    window?.taken(batch.points)
    lastMs = batch.atMs
  }
  return Promise.resolve({
    send,
    async finish({ batch, record, verdict }, signal) {
      await send(batch, signal)
      if (traces) await postJson('/v1/traces', otlpTraces(record, verdict, batch.startMs), signal)
    },
    close: () => Promise.resolve(),
  })
}
