import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SparseHistogram } from '../../harness/measure/sparse-histogram.ts'
import type { RunRecord } from '../../harness/model/run-record.ts'
import type { VerdictDocument } from '../../harness/model/verdict.ts'
import { type Watched, watchPinned } from '../kit/processes.ts'
import {
  type ClosedFigures,
  type ClosedWork,
  commandLine,
  GENERATOR_CORE,
  type LatencyFigures,
  type Peer,
} from './peer.ts'

const MAIN = new URL('../../dist/cli/main.js', import.meta.url).pathname

/** A run of the built command, seen from outside and by its own record. */
export interface OwnRun {
  readonly record: RunRecord
  readonly verdict: VerdictDocument
  readonly watched: Watched
  readonly command: string
}

/** Runs the built command on its core(s) and reads what it recorded. */
export async function runProofload(args: readonly string[], cores = GENERATOR_CORE): Promise<OwnRun> {
  const cwd = mkdtempSync(join(tmpdir(), 'proofload-bench-'))
  try {
    const command = [process.execPath, MAIN, 'run', ...args, '--json', '--quiet']
    const watched = await watchPinned({ command, cores, cwd })
    if (!watched.stdout.startsWith('{')) throw new Error(`no verdict:\n${watched.stdout}\n${watched.stderr}`)
    const verdict = JSON.parse(watched.stdout) as VerdictDocument
    const record = JSON.parse(readFileSync(verdict.files['record'] ?? '', 'utf8')) as RunRecord
    return { record, verdict, watched, command: commandLine(['proofload', 'run', ...args]) }
  } finally {
    rmSync(cwd, { recursive: true })
  }
}

/** Closed model on one thread, warm-up left out. @param source URL or scenario file */
export async function runClosed(
  source: string,
  work: ClosedWork,
  more: readonly string[] = [],
): Promise<ClosedFigures> {
  const { connections, seconds, warmUpSeconds } = work
  const args = [
    source,
    '--agents',
    `${connections}`,
    '--duration',
    `${seconds}s`,
    '--warm-up',
    `${warmUpSeconds}s`,
  ]
  const target = source === work.url ? [] : ['--target', work.url]
  const run = await runProofload([...args, '--threads', '1', ...target, ...more])
  return { ...costOf(run, warmUpSeconds), command: run.command }
}

/** Answered a second between the warm-up and the end of the load. */
export function rateOf(record: RunRecord, warmUpSeconds: number): number {
  const intervals = record.intervals.filter(
    ({ startMs, endMs }) => startMs >= warmUpSeconds * 1000 && endMs <= record.plan.durationMs,
  )
  const requests = intervals.flatMap(({ steps }) => Object.values(steps)).reduce((sum, { ok }) => sum + ok, 0)
  const coveredMs = intervals.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0)
  if (requests === 0) throw new Error('nothing was answered')
  return requests / (coveredMs / 1000)
}

/** Rate and CPU a request after the warm-up. */
export function costOf({ record, watched }: OwnRun, warmUpSeconds: number) {
  const fromMs = Date.parse(record.startedAt) + warmUpSeconds * 1000
  const toMs = Date.parse(record.startedAt) + record.plan.durationMs - 200
  const requestsPerSec = rateOf(record, warmUpSeconds)
  return {
    requestsPerSec,
    cpuUsPerRequest: (watched.cpuMsBetween(fromMs, toMs) * 1e6) / ((toMs - fromMs) * requestsPerSec),
  }
}

/** All observations of a metric of the steady phase. */
export function metricOf(record: RunRecord, metric: string, phase?: string): SparseHistogram {
  const cells = record.cells.filter(
    (cell) => cell.metric === metric && (phase === undefined || cell.phase === phase),
  )
  return SparseHistogram.decodeAll(cells.map(({ hdr }) => hdr))
}

function latencyOf({ record, command }: OwnRun): LatencyFigures {
  const response = metricOf(record, 'response_time')
  const ms = (quantile: number) => response.quantileUs(quantile) / 1000
  return {
    requests: response.count,
    p50Ms: ms(0.5),
    p95Ms: ms(0.95),
    p99Ms: ms(0.99),
    p999Ms: ms(0.999),
    maxMs: response.maxUs / 1000,
    command,
  }
}

/** Ourselves: `proofload run URL`, a declarative journey. */
export const proofload: Peer = {
  name: 'proofload',
  install: 'npm install',
  version: () => JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version,
  closed: (work) => runClosed(work.url, work),
  async rate({ url, ratePerSec, seconds, connections }) {
    const load = ['--rate', `${ratePerSec}/s`, '--agents', `${connections}`, '--duration', `${seconds}s`]
    return latencyOf(await runProofload([url, ...load, '--threads', '1']))
  },
  async users({ url, users, thinkMs, seconds }) {
    const load = [
      '--agents',
      `${users}`,
      '--think',
      `${thinkMs}ms`,
      '--duration',
      `${seconds}s`,
      '--warm-up',
      '2s',
    ]
    const run = await runProofload([url, ...load, '--threads', '1'])
    return {
      p99Ms: metricOf(run.record, 'response_time', 'steady').quantileUs(0.99) / 1000,
      peakRssBytes: run.watched.peakRssBytes,
      command: run.command,
    }
  },
}
