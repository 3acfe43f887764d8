/**
 * How often the comparison is right: nights of load tests with a known truth, judged by the same code as `proofload run`
 * and `ab`, beside rules that others use on the same data. Seeded. `npm run bench:simulation`, NIGHTS from the environment.
 *
 * A run is 60 s at 1,000/s of three lognormal modes; every second is faster or slower than the last by an AR(1) process,
 * a collector stops the server now and then, one run in ten has a noisy neighbour; runs differ by 3 %, a third of the
 * variance of which they share with the others of their night (STATS section 3).
 */
import { mean, sampleStandardDeviation, sum } from 'simple-statistics'
import { compareRuns } from '../harness/analysis/comparison/compare-runs.ts'
import type { ComparedPair, ComparedRun } from '../harness/analysis/comparison/compared-run.ts'
import { type SummaryInterval, summarizeRun } from '../harness/analysis/comparison/summarize-run.ts'

import { tQuantile } from '../harness/analysis/distributions.ts'
import { breachBySeries } from '../harness/analysis/monitor/evidence.ts'
import { bucketOf, highestOfBucket } from '../harness/base/histogram.ts'
import { Random } from '../harness/base/random.ts'
import { type BenchRow, reportRows } from './kit/report.ts'

const NIGHTS = Number(process.env['NIGHTS'] ?? 1000)
const SECONDS = 60
const RATE = 1_000
const SIGMA = 0.03
const NIGHT_SHARE = 0.3
const TABLE_SIZE = 2 ** 16

const random = new Random(20_261_121)

function normal(): number {
  return Math.sqrt(-2 * Math.log(1 - random.float())) * Math.cos(2 * Math.PI * random.float())
}

/** What the service is, and what the candidate build does to it. */
interface Change {
  /** On every request. */
  readonly all?: number
  /** On the slowest one and a half per cent. */
  readonly tail?: number
  readonly errorShare?: number
}

/** Response times in us by rank: a draw is a look into it. */
const BASE_TABLE = Float64Array.from({ length: TABLE_SIZE }, () => {
  const mode = random.float()
  if (mode < 0.7) return 10_000 * Math.exp(0.25 * normal())
  return mode < 0.95 ? 25_000 * Math.exp(0.35 * normal()) : 80_000 * Math.exp(0.4 * normal())
}).sort()
const ERROR_SHARE = 0.001

interface SimulatedRun {
  readonly run: ComparedRun
  /** Counts by bucket, for the rules that pool requests. */
  readonly pooled: ReadonlyMap<number, number>
}

let runs = 0

/** @param nightEffect of the machine, ln */
function simulateRun(change: Change, nightEffect: number, session: string): SimulatedRun {
  const { all = 1, tail = 1, errorShare = ERROR_SHARE } = change
  const runEffect = nightEffect + SIGMA * Math.sqrt(1 - NIGHT_SHARE) * normal()
  const noisyFrom = random.float() < 0.1 ? Math.floor(random.float() * 50) : Number.POSITIVE_INFINITY
  const tailFrom = 0.985 * TABLE_SIZE
  const pooled = new Map<number, number>()
  let second = 0.04 * normal()
  const intervals: SummaryInterval[] = []
  for (let at = 0; at < SECONDS; at++) {
    second = 0.7 * second + 0.04 * Math.sqrt(1 - 0.7 ** 2) * normal()
    const isNoisy = at >= noisyFrom && at < noisyFrom + 8
    const factor = all * Math.exp(runEffect + second) * (isNoisy ? 1.4 : 1)
    const pauseUs = random.float() < 0.15 ? 30_000 : 0
    const counts = new Map<number, number>()
    let errors = 0
    const requests = RATE + Math.round(Math.sqrt(RATE) * normal() * 0.1)
    for (let i = 0; i < requests; i++) {
      const rank = Math.floor(random.float() * TABLE_SIZE)
      const paused = pauseUs > 0 && i < (pauseUs / 1e6) * RATE ? random.float() * pauseUs : 0
      const us = (BASE_TABLE[rank] as number) * factor * (rank >= tailFrom ? tail : 1) + paused
      const value = highestOfBucket(bucketOf(Math.round(us)))
      counts.set(value, (counts.get(value) ?? 0) + 1)
      if (random.float() < errorShare) errors++
    }
    for (const [value, count] of counts) pooled.set(value, (pooled.get(value) ?? 0) + count)
    intervals.push({ errors, values: [...counts].sort(([a], [b]) => a - b).flat() })
  }
  const id = `run-${String(runs++).padStart(9, '0')}`
  return {
    run: { id, session, summary: summarizeRun(intervals, SECONDS), steps: {}, componentSumUs: {} },
    pooled,
  }
}

interface Night {
  readonly verdict: 'ok' | 'caution' | 'invalid' | 'no-go'
  readonly runs: number
  readonly fixed: boolean
  readonly mannWhitney: boolean
  readonly bencher: boolean
}

const nightEffect = () => SIGMA * Math.sqrt(NIGHT_SHARE) * normal()

function simulateNight(change: Change, stored: number): Night {
  const baseline = Array.from({ length: stored }, (_, i) => simulateRun({}, nightEffect(), `night-${i}`))
  const tonight = nightEffect()
  const candidate = simulateRun(change, tonight, 'tonight')
  const pairs: ComparedPair[] = []
  const input = { name: null, baseline: baseline.map(({ run }) => run), candidate: [candidate.run] }
  let found = compareRuns({ ...input, pairs, confirmation: 'pairs' })
  while (found.needs !== null) {
    pairs.push({
      baseline: simulateRun({}, tonight, 'tonight').run,
      candidate: simulateRun(change, tonight, 'tonight').run,
    })
    found = compareRuns({ ...input, pairs, confirmation: 'pairs' })
  }
  return {
    verdict: found.level,
    runs: 1 + 2 * pairs.length,
    fixed: exceedsFixed(baseline, candidate),
    mannWhitney: isMannWhitneyWorse(baseline, candidate),
    bencher: exceedsBencher(baseline, candidate),
  }
}

const msOf = ({ run }: SimulatedRun, metric: 'p95' | 'p99') => Math.exp(run.summary.metrics[metric]?.y ?? 0)

/** P95 or P99 more than 10 % above the mean of the stored runs. */
function exceedsFixed(baseline: readonly SimulatedRun[], candidate: SimulatedRun): boolean {
  return (['p95', 'p99'] as const).some(
    (metric) => msOf(candidate, metric) > 1.1 * mean(baseline.map((run) => msOf(run, metric))),
  )
}

/** Bencher's t-test: P95 or P99 above the 99 % limit of the stored runs. */
function exceedsBencher(baseline: readonly SimulatedRun[], candidate: SimulatedRun): boolean {
  if (baseline.length < 2) return false
  return (['p95', 'p99'] as const).some((metric) => {
    const values = baseline.map((run) => msOf(run, metric))
    const limit = tQuantile(0.99, values.length - 1) * sampleStandardDeviation(values)
    return msOf(candidate, metric) > mean(values) + limit * Math.sqrt(1 + 1 / values.length)
  })
}

/** One-sided at 1 %, on all requests of all runs as if they were independent. */
function isMannWhitneyWorse(baseline: readonly SimulatedRun[], candidate: SimulatedRun): boolean {
  const base = new Map<number, number>()
  for (const { pooled } of baseline)
    for (const [value, count] of pooled) base.set(value, (base.get(value) ?? 0) + count)
  const values = [...new Set([...base.keys(), ...candidate.pooled.keys()])].sort((a, b) => a - b)
  const n = sum([...candidate.pooled.values()])
  const m = sum([...base.values()])
  let below = 0
  let u = 0
  for (const value of values) {
    const [own, others] = [candidate.pooled.get(value) ?? 0, base.get(value) ?? 0]
    u += own * (below + others / 2)
    below += others
  }
  const z = (u - (n * m) / 2) / Math.sqrt((n * m * (n + m + 1)) / 12)
  return z > 2.326
}

interface World {
  readonly work: string
  readonly change: Change
  readonly stored: number
  readonly bar: BenchRow['bar']
}

const WORLDS: readonly World[] = [
  { work: 'unchanged: NO-GO', change: {}, stored: 5, bar: { atMost: 1 } },
  { work: '+10 % found', change: { all: 1.1 }, stored: 5, bar: { atLeast: 93 } },
  { work: '+20 % found', change: { all: 1.2 }, stored: 5, bar: { atLeast: 99 } },
  { work: 'P99 only, +20 % found', change: { tail: 1.2 }, stored: 5, bar: { atLeast: 98 } },
  { work: '+10 % found, one stored run', change: { all: 1.1 }, stored: 1, bar: { atLeast: 85 } },
  { work: 'errors 0.1 to 0.3 % found', change: { errorShare: 0.003 }, stored: 5, bar: { atLeast: 95 } },
  { work: '10 % faster: NO-GO', change: { all: 0.9 }, stored: 5, bar: { atMost: 0.5 } },
]

function worldRow({ work, change, stored, bar }: World): BenchRow {
  const nights = Array.from({ length: NIGHTS }, () => simulateNight(change, stored))
  const percent = (holds: (night: Night) => boolean) => (100 * nights.filter(holds).length) / NIGHTS
  const others = [
    `caution ${percent(({ verdict }) => verdict === 'caution').toFixed(1)}`,
    `${mean(nights.map((night) => night.runs)).toFixed(1)} runs a night`,
    `fixed +10 % ${percent(({ fixed }) => fixed).toFixed(1)}`,
    `Mann-Whitney ${percent(({ mannWhitney }) => mannWhitney).toFixed(1)}`,
    `Bencher t ${percent(({ bencher }) => bencher).toFixed(1)}`,
  ]
  process.stderr.write(`${work}: ${others.join(', ')}\n`)
  return {
    work,
    bar,
    figure: percent(({ verdict }) => verdict === 'no-go'),
    unit: ' %',
    raw: others.join(', '),
  }
}

/** A service that keeps its objective, 0.8 of the 1 % it may: 200/s for 300 s, looked at every second by the monitor's own rule. */
function abortRow(): BenchRow {
  const [perSecond, seconds, share, allowed] = [200, 300, 0.008, 0.01]
  let aborted = 0
  let naive = 0
  for (let run = 0; run < NIGHTS; run++) {
    const series: { over: number; total: number }[] = []
    let [wave, stopped, exceeded] = [0, false, false]
    for (let second = 1; second <= seconds; second++) {
      wave = 0.7 * wave + 0.3 * normal()
      const p = share * Math.exp(wave - 0.09)
      let over = 0
      for (let i = 0; i < perSecond; i++) if (random.float() < p) over++
      series.push({ over, total: perSecond })
      const k = sum(series.map((interval) => interval.over))
      const n = perSecond * second
      if (second >= 10 && k / n > allowed) exceeded = true
      stopped ||= breachBySeries(series, { allowed, atMost: true }, 1) === 'yes'
    }
    if (stopped) aborted++
    if (exceeded) naive++
  }
  return {
    work: 'a compliant service (0.8 of 1 %) aborted',
    bar: { atMost: 1 },
    figure: (100 * aborted) / NIGHTS,
    unit: ' %',
    raw: `the point value, looked at every second after 10 s, aborts ${((100 * naive) / NIGHTS).toFixed(1)} %`,
  }
}

reportRows(`Comparison, ${NIGHTS} nights a row, per cent of nights`, [...WORLDS.map(worldRow), abortRow()])
