/**
 * A million intervals in either store: how long they take to go in, and a trend over them to come out; and what a
 * comparison of ten stored runs with one costs. `npm run bench:history`, RUNS from the environment.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { median } from 'simple-statistics'
import {
  comparedRunOf,
  comparedRunsOf,
  emptyBaseline,
  withRun,
} from '../harness/analysis/comparison/baseline.ts'
import { compareRuns } from '../harness/analysis/comparison/compare-runs.ts'
import { trendOf } from '../harness/analysis/trend.ts'
import type { RunRecord } from '../harness/model/run-record.ts'
import { openHistory } from '../harness/store/history/open-history.ts'
import { aHistoryRun } from '../test/contract/history.ts'
import { aRecord } from '../test/kit/builders.ts'
import { type BenchRow, reportRows } from './kit/report.ts'
import { brief } from './kit/rounds.ts'

const RUNS = Number(process.env['RUNS'] ?? 3_334)
const INTERVALS = 300
const QUERIES = 20
const SERVER = 'postgres://postgres@127.0.0.1:5432/postgres'

async function storeRows(name: string, location: string): Promise<BenchRow[]> {
  const store = await openHistory(location)
  const template = aHistoryRun(0)
  const interval = template.intervals[0]
  if (interval === undefined) throw new Error('the run of the contract has no interval')
  const intervals = Array.from({ length: INTERVALS }, (_, i) => ({
    ...interval,
    startMs: i * 1_000,
    endMs: (i + 1) * 1_000,
  }))
  const startedMs = performance.now()
  for (let run = 0; run < RUNS; run++) {
    const startedAt = new Date(Date.UTC(2020, 0, 1) + run * 3_600_000).toISOString()
    await store.add({ ...template, id: `run-${run}`, startedAt, bootId: `boot-${run}`, intervals })
  }
  const insertS = (performance.now() - startedMs) / 1_000
  const queriesMs: number[] = []
  for (let query = 0; query < QUERIES; query++) {
    const fromMs = performance.now()
    const points = await store.trend('test', 'p99', '', 100)
    trendOf('p99', points)
    queriesMs.push(performance.now() - fromMs)
  }
  await store.close()
  return [
    {
      work: `${name}: ${(RUNS * INTERVALS).toLocaleString('en')} intervals of ${RUNS} runs inserted`,
      bar: null,
      figure: insertS,
      unit: ' s',
      raw: `${Math.round((RUNS * INTERVALS) / insertS).toLocaleString('en')} intervals a second, a transaction a run`,
    },
    {
      work: `${name}: trend of the last 100 runs, with its change points`,
      bar: null,
      figure: median(queriesMs),
      unit: ' ms',
      raw: `${QUERIES} times: ${brief(Math.min(...queriesMs))} to ${brief(Math.max(...queriesMs))} ms`,
    },
  ]
}

async function serverRows(): Promise<BenchRow[]> {
  const name = `proofload_bench_${process.pid}`
  const client = new pg.Client({ connectionString: SERVER })
  await client.connect()
  try {
    await client.query(`create database ${name}`)
    return await storeRows('PostgreSQL', SERVER.replace(/\/postgres$/, `/${name}`))
  } finally {
    await client.query(`drop database if exists ${name} with (force)`)
    await client.end()
  }
}

function comparisonRow(): BenchRow {
  const record = aRecord({ okMs: Array.from({ length: 100 }, (_, i) => 5 + i / 3), intervals: 60 })
  const night = (number: number): RunRecord => ({
    ...record,
    runId: `run-${number}`,
    startedAt: new Date(Date.UTC(2026, 0, 1 + number)).toISOString(),
  })
  const approved = { at: '', by: '', reason: '' }
  const baseline = Array.from({ length: 10 }, (_, number) => night(number)).reduce(
    (grown, run) => withRun(grown, run, 'GO', null, approved),
    emptyBaseline('main', record),
  )
  const input = {
    name: 'main',
    baseline: comparedRunsOf(baseline),
    candidate: [comparedRunOf(night(11))],
    pairs: [],
    confirmation: 'none',
  } as const
  const eachMs = Array.from({ length: 200 }, () => {
    const fromMs = performance.now()
    compareRuns(input)
    return performance.now() - fromMs
  })
  return {
    work: 'ten stored runs and one compared',
    bar: { atMost: 5 },
    figure: median(eachMs),
    unit: ' ms',
    raw: `200 times: ${brief(Math.min(...eachMs))} to ${brief(Math.max(...eachMs))} ms; the file has ${Math.round(JSON.stringify(baseline).length / 1024)} KiB`,
  }
}

const folder = mkdtempSync(join(tmpdir(), 'proofload-bench-history-'))
try {
  reportRows(`History, node ${process.version}`, [
    comparisonRow(),
    ...(await storeRows('SQLite', join(folder, 'history.db'))),
    ...(await serverRows()),
  ])
} finally {
  rmSync(folder, { recursive: true })
}
