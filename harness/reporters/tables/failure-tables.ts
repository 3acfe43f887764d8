/** Tables of the requests that failed. */
import { formatCount, formatDurationMs } from '../../base/units.ts'
import type { Verdict } from '../../model/verdict.ts'
import { causeText } from '../../text/failure-text.ts'
import type { Table } from './table.ts'

/** Lists why requests failed, step by step. */
export function failuresTable({ summary }: Verdict): Table {
  return {
    title: 'Why requests failed',
    heads: ['step', 'times', 'cause'],
    rows: Object.entries(summary.steps).flatMap(([step, { failures }]) =>
      failures.map((failure) => [step, formatCount(failure.count), causeText(failure)]),
    ),
  }
}

/** Lists a few of the requests that failed, to be found again in the target's own logs and traces. */
export function failureSamplesTable({ summary }: Verdict): Table {
  const samples = Object.entries(summary.steps).flatMap(([step, { failureSamples }]) =>
    failureSamples.map((sample) => ({ step, ...sample })),
  )
  return {
    title: 'Requests that failed, for example',
    heads: ['step', 'at', 'status', 'trace'],
    rows: samples.map(({ step, atMs, status, traceId }) => [
      step,
      formatDurationMs(Math.round(atMs)),
      String(status ?? '-'),
      traceId ?? '-',
    ]),
    notes: [
      {
        head: 'request',
        texts: samples.map(({ method, url }) => [method ?? '', url ?? ''].join(' ').trim()),
      },
      { head: 'cause', texts: samples.map(causeText) },
      { head: 'body', texts: samples.map(({ body }) => body ?? '') },
    ],
  }
}
