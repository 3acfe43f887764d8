/**
 * Load tests with a known truth, made fast. A run is 60 s at 1,000/s of three lognormal modes; every second is faster or slower
 * than the last by an AR(1) process, a collector stops the server now and then, one run in ten has a noisy neighbour (STATS
 * section 3). What a machine or a build does to all requests of a run multiplies their times, so a run is simulated once and
 * then drawn again and again, each time with other effects.
 */
import type { ComparedRun } from '../../harness/analysis/comparison/compared-run.ts'
import { type SummaryInterval, summarizeRun } from '../../harness/analysis/comparison/summarize-run.ts'
import { bucketOf, highestOfBucket } from '../../harness/base/histogram.ts'
import type { Random } from '../../harness/base/random.ts'
import { COMPARED_PERCENTILES, type RunSummary } from '../../harness/model/run-summary.ts'

const SECONDS = 60
const RATE = 1_000
const TABLE_SIZE = 2 ** 16
const ERROR_SHARE = 0.001

/** What a build does to the requests of a run, besides to all alike. */
export interface Build {
  /** Factor on the slowest one and a half per cent. */
  readonly tail?: number
  readonly errorShare?: number
  /** Steps that share the requests; 1 is a run without steps. */
  readonly steps?: number
}

/** A run without effects. */
export interface PooledRun {
  readonly run: ComparedRun
  /** Value in us and count, values rising: for rules that pool requests. */
  readonly counts: readonly number[]
}

export interface Effects {
  readonly id: string
  readonly session: string
  /** Of the run, ln. */
  readonly ln: number
  /** Of one step alone, ln. */
  readonly step?: { readonly name: string; readonly ln: number }
}

/** Simulates runs from a seeded source of chance. */
export class RunSimulator {
  readonly #random: Random
  /** Response times in us by rank: a draw is a look into it. */
  readonly #table: Float64Array

  constructor(random: Random) {
    this.#random = random
    this.#table = Float64Array.from({ length: TABLE_SIZE }, () => this.#drawUs()).sort()
  }

  normal(): number {
    const random = this.#random
    return Math.sqrt(-2 * Math.log(1 - random.float())) * Math.cos(2 * Math.PI * random.float())
  }

  pool(build: Build, size: number): PooledRun[] {
    return Array.from({ length: size }, () => this.#run(build))
  }

  draw(pool: readonly PooledRun[]): PooledRun {
    return pool[Math.floor(this.#random.float() * pool.length)] as PooledRun
  }

  #drawUs(): number {
    const mode = this.#random.float()
    if (mode < 0.7) return 10_000 * Math.exp(0.25 * this.normal())
    return mode < 0.95 ? 25_000 * Math.exp(0.35 * this.normal()) : 80_000 * Math.exp(0.4 * this.normal())
  }

  #run(build: Build): PooledRun {
    const { steps = 1 } = build
    const noisyFrom = this.#random.float() < 0.1 ? Math.floor(this.#random.float() * 50) : SECONDS
    const series = Array.from({ length: steps }, (): SummaryInterval[] => [])
    const whole: SummaryInterval[] = []
    const pooled = new Map<number, number>()
    let wave = 0.04 * this.normal()
    for (let at = 0; at < SECONDS; at++) {
      wave = 0.7 * wave + 0.04 * Math.sqrt(1 - 0.7 ** 2) * this.normal()
      const factor = Math.exp(wave) * (at >= noisyFrom && at < noisyFrom + 8 ? 1.4 : 1)
      const second = this.#second(build, factor, steps)
      second.forEach((interval, step) => {
        series[step]?.push(interval)
      })
      whole.push(together(second))
    }
    for (const { values } of whole)
      for (let i = 0; i < values.length; i += 2) add(pooled, values[i] as number, values[i + 1] as number)
    return {
      run: {
        id: '',
        session: '',
        summary: summarizeRun(whole, SECONDS),
        steps:
          steps === 1
            ? {}
            : Object.fromEntries(series.map((each, i) => [stepName(i), summarizeRun(each, SECONDS)])),
        componentSumUs: {},
        trust: 'all',
      },
      counts: rising(pooled),
    }
  }

  #second({ tail = 1, errorShare = ERROR_SHARE }: Build, factor: number, steps: number): SummaryInterval[] {
    const random = this.#random
    const pauseUs = random.float() < 0.15 ? 30_000 : 0
    const buckets = Array.from({ length: steps }, (): number[] => [])
    const errors = new Array<number>(steps).fill(0)
    const requests = RATE + Math.round(Math.sqrt(RATE) * this.normal() * 0.1)
    for (let i = 0; i < requests; i++) {
      const rank = Math.floor(random.float() * TABLE_SIZE)
      const paused = pauseUs > 0 && i < (pauseUs / 1e6) * RATE ? random.float() * pauseUs : 0
      const us = (this.#table[rank] as number) * factor * (rank >= 0.985 * TABLE_SIZE ? tail : 1) + paused
      const step = i % steps
      buckets[step]?.push(bucketOf(Math.round(us)))
      if (random.float() < errorShare) errors[step] = (errors[step] as number) + 1
    }
    return buckets.map((each, step) => ({
      requests: each.length,
      errors: errors[step] as number,
      values: counted(each),
    }))
  }
}

export function stepName(index: number): string {
  return `step-${String(index).padStart(2, '0')}`
}

/** The run as it is with effects on its times. */
export function withEffects({ run }: PooledRun, { id, session, ln, step }: Effects): ComparedRun {
  return {
    ...run,
    id,
    session,
    summary: shifted(run.summary, ln),
    steps: Object.fromEntries(
      Object.entries(run.steps).map(([name, summary]) => [
        name,
        shifted(summary, name === step?.name ? ln + step.ln : ln),
      ]),
    ),
  }
}

function shifted(summary: RunSummary, ln: number): RunSummary {
  const metrics = { ...summary.metrics }
  for (const percentile of COMPARED_PERCENTILES) {
    const figures = metrics[percentile]
    if (figures !== undefined) metrics[percentile] = { ...figures, y: figures.y + ln }
  }
  return { ...summary, metrics }
}

/** Value and count of each bucket, rising. */
function counted(buckets: readonly number[]): number[] {
  const values: number[] = []
  let last = -1
  for (const bucket of Uint32Array.from(buckets).sort()) {
    if (bucket === last) values[values.length - 1] = (values[values.length - 1] as number) + 1
    else values.push(highestOfBucket(bucket), 1)
    last = bucket
  }
  return values
}

function together(intervals: readonly SummaryInterval[]): SummaryInterval {
  if (intervals.length === 1) return intervals[0] as SummaryInterval
  const counts = new Map<number, number>()
  let [requests, errors] = [0, 0]
  for (const { values, ...some } of intervals) {
    requests += some.requests
    errors += some.errors
    for (let i = 0; i < values.length; i += 2) add(counts, values[i] as number, values[i + 1] as number)
  }
  return { requests, errors, values: rising(counts) }
}

function add(counts: Map<number, number>, value: number, count: number): void {
  counts.set(value, (counts.get(value) ?? 0) + count)
}

function rising(counts: ReadonlyMap<number, number>): number[] {
  return [...counts].sort(([a], [b]) => a - b).flat()
}
