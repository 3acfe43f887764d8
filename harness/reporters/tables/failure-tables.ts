/** Tables of the requests, journeys and checks that failed. */
import { formatCount, formatDurationMs } from '../../base/units.ts'
import type { Verdict } from '../../model/verdict.ts'
import { causeText } from '../../text/failure-text.ts'
import { percentText } from '../../text/figure-text.ts'
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

/** Lists why code failed its journeys: what it threw, or the check that did not pass. */
export function journeyFailuresTable({ summary }: Verdict): Table {
  return {
    title: 'Why journeys failed',
    heads: ['journey', 'times', 'cause'],
    rows: Object.entries(summary.journeyFailures).flatMap(([journey, failures]) =>
      failures.map((failure) => [
        journey,
        formatCount(failure.count),
        failure.kind === 'check' ? `check: ${causeText(failure)}` : causeText(failure),
      ]),
    ),
  }
}

/** Lists what went wrong with a target beside any request. */
export function faultsTable({ summary }: Verdict): Table {
  return {
    title: 'Faults beside requests',
    heads: ['step', 'times', 'fault'],
    rows: Object.entries(summary.faults).flatMap(([step, faults]) =>
      faults.map((fault) => [step, formatCount(fault.count), causeText(fault)]),
    ),
  }
}

/** Lists the named checks of code. */
export function checksTable({ summary }: Verdict): Table {
  return {
    title: 'Checks',
    heads: ['check', 'passed', 'failed', 'share passed'],
    rows: Object.entries(summary.checks).map(([check, { passed, failed }]) => [
      check,
      formatCount(passed),
      formatCount(failed),
      percentText(passed / (passed + failed)),
    ]),
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
