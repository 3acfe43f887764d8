/**
 * How far the harness is from the truth: arrivals as the server saw them, latency beside a law or what the server itself
 * measured. The server is C on core 0, the generator has core 1. `npm run bench:truth`
 */
import { type BenchRow, reportRows } from './kit/report.ts'
import { brief } from './kit/rounds.ts'
import { metricOf, type OwnRun, runProofload } from './peers/proofload.ts'
import { type Law, type ServerTruth, startTruthServer } from './truth/truth-server.ts'

const SECONDS = Number(process.env['SECONDS'] ?? 20)

async function against(law: Law, args: readonly string[]): Promise<{ run: OwnRun; truth: ServerTruth }> {
  const server = await startTruthServer(law)
  // A shard that never sleeps would share its core with the main thread, which writes the journal once a second.
  const cores = args.includes('high') ? '0,1' : '1'
  const run = await runProofload([server.url, '--threads', '1', '--warm-up', '2s', ...args], cores)
  return { run, truth: await server.close() }
}

/** Largest distance between the distribution of values and a law (Kolmogorov and Smirnov). */
function kolmogorovDistance(values: readonly number[], lawOf: (value: number) => number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted.reduce((most, value, i) => {
    const expected = lawOf(value)
    return Math.max(
      most,
      Math.abs(expected - i / sorted.length),
      Math.abs(expected - (i + 1) / sorted.length),
    )
  }, 0)
}

/**
 * Kolmogorov-Smirnov distance of what the server saw. Constant: of the instants from the uniform law. Poisson: of the
 * gaps between every k-th request, which are 1 ms in the mean, from the Erlang law; a gap of single requests at 30,000/s
 * is as short as reading one takes the server.
 */
function distanceFrom(law: 'constant' | 'poisson', ratePerSec: number, arrivalsMs: readonly number[]) {
  if (law === 'constant')
    return {
      distance: kolmogorovDistance(arrivalsMs, (at) => at / (SECONDS * 1000)),
      raw: `${arrivalsMs.length} instants from the uniform law`,
    }
  const k = Math.round(ratePerSec / 1000)
  const chosen = arrivalsMs.filter((_, i) => i % k === 0)
  const gapsMs = chosen.slice(1).map((at, i) => at - (chosen[i] as number))
  return {
    distance: kolmogorovDistance(gapsMs, (gapMs) => erlangCdf(k, (gapMs * ratePerSec) / 1000)),
    raw: `${gapsMs.length} gaps of ${k} requests from the Erlang law`,
  }
}

/** P(X <= x) for the sum of k exponential gaps of mean 1: what a Poisson count of mean x reaches. */
function erlangCdf(k: number, x: number): number {
  let term = Math.exp(-x)
  let below = 0
  for (let i = 0; i < k; i++) {
    below += term
    term *= x / (i + 1)
  }
  return 1 - below
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] as number
}

/** Relative error in percent. */
function errorPercent(seen: number, truth: number): number {
  return (Math.abs(seen - truth) / truth) * 100
}

async function arrivalRows(
  law: 'constant' | 'poisson',
  ratePerSec: number,
  precision: string,
): Promise<BenchRow[]> {
  const args = [
    '--rate',
    `${ratePerSec}/s`,
    '--agents',
    '2000',
    '--duration',
    `${SECONDS}s`,
    '--precision',
    precision,
  ]
  const { run, truth } = await against({ kind: 'fixed', ms: 0 }, [
    ...args,
    '--set',
    `workload.arrivals=${law}`,
  ])
  const { planned, started } = run.record.dispatch
  const delayUs = metricOf(run.record, 'start_delay', 'steady')
  const { distance, raw: distanceRaw } = distanceFrom(law, ratePerSec, truth.arrivalsMs)
  const work = `${law} ${ratePerSec}/s, ${precision}`
  const generator = run.record.intervals.slice(2).map(({ health }) => health.runQueueWaitRatio ?? 0)
  const noise = `waited for a core at most ${brief(100 * Math.max(...generator))} %`
  return [
    {
      work: `${work}: requests the server saw - planned`,
      bar: { atMost: 0, atLeast: 0 },
      figure: truth.arrivalsMs.length - planned,
      raw: `planned ${planned}, started ${started}, server ${truth.arrivalsMs.length}`,
    },
    {
      work: `${work}: start delay p99`,
      bar: { atMost: precision === 'high' ? 0.4 : 1.5 },
      figure: delayUs.quantileUs(0.99) / 1000,
      unit: ' ms',
      raw: `p50 ${delayUs.quantileUs(0.5)} us, max ${delayUs.maxUs} us; ${noise}`,
    },
    {
      work: `${work}: distance from the law at the server`,
      // A timer of 1 ms cannot place arrivals within one; it is stated what that does.
      bar: law === 'poisson' && precision === 'normal' ? null : { atMost: 0.05 },
      figure: distance,
      raw: distanceRaw,
    },
  ]
}

async function highestRateRow(): Promise<BenchRow> {
  const args = ['--rate', '50000/s', '--agents', '2000', '--duration', `${SECONDS}s`]
  const { run, truth } = await against({ kind: 'fixed', ms: 0 }, args)
  const lastMs = truth.arrivalsMs[truth.arrivalsMs.length - 1] as number
  const busy = Math.max(...run.record.intervals.map(({ health }) => health.eventLoopUtilization))
  return {
    work: '50,000/s on one core: share of the rate that the server saw',
    bar: { atLeast: 0.995 },
    figure: truth.arrivalsMs.length / (lastMs / 1000) / 50_000,
    raw: `${run.verdict.outcome} ${run.verdict.reasons.map(({ code }) => code)}, ${truth.arrivalsMs.length} requests in ${brief(lastMs / 1000)} s, loop at most ${brief(100 * busy)} % busy`,
  }
}

async function lognormalRows(precision: string, metric: string): Promise<BenchRow[]> {
  const args = [
    '--rate',
    '1000/s',
    '--agents',
    '2000',
    '--duration',
    `${3 * SECONDS}s`,
    '--precision',
    precision,
  ]
  const { run, truth } = await against({ kind: 'lognormal', medianMs: 20, p99Ms: 100, seed: 1 }, args)
  const seen = metricOf(run.record, metric)
  return [0.5, 0.95, 0.99, 0.999].map((q) => {
    const seenMs = seen.quantileUs(q) / 1000
    const truthMs = quantile(truth.latenciesMs, q)
    return {
      work: `lognormal 1,000/s, ${precision}: ${metric} p${q * 100}`,
      bar: { atMost: q === 0.5 ? 1 : 0.5 },
      figure: errorPercent(seenMs, truthMs),
      unit: ' %',
      raw: `${brief(seenMs)} ms, the server says ${brief(truthMs)} ms, ${seen.count} requests`,
    }
  })
}

/** Right answers of ENGINE section 8 for F = 10 ms, S = 1 s, P = 10 s. */
async function freezeRows(): Promise<BenchRow[]> {
  // Connections are opened in the first period, which is not judged: the law knows nothing of them.
  const args = ['--rate', '500/s', '--agents', '2000', '--duration', '50s', '--warm-up', '10s']
  const { run } = await against({ kind: 'fixed', ms: 10, freezeMs: 1000, periodMs: 10_000 }, args)
  const response = metricOf(run.record, 'response_time', 'steady')
  const service = metricOf(run.record, 'service_time', 'steady')
  const { planned, started, dropped } = run.record.dispatch
  const sumUs = (metric: string) =>
    run.record.cells.reduce((sum, cell) => sum + (cell.metric === metric ? cell.sumUs : 0), 0)
  const row = (name: string, seenMs: number, truthMs: number, serviceMs: number): BenchRow => ({
    work: `freezing server 500/s: response ${name}`,
    bar: { atMost: 1 },
    figure: errorPercent(seenMs, truthMs),
    unit: ' %',
    raw: `${brief(seenMs)} ms, right ${truthMs} ms; service time ${brief(serviceMs)} ms`,
  })
  return [
    row('p95', response.quantileUs(0.95) / 1000, 520, service.quantileUs(0.95) / 1000),
    row('p99', response.quantileUs(0.99) / 1000, 920, service.quantileUs(0.99) / 1000),
    row('max', response.maxUs / 1000, 1010, service.maxUs / 1000),
    {
      work: 'freezing server: planned - started',
      bar: { atMost: 0, atLeast: 0 },
      figure: planned - started,
      raw: `planned ${planned}, started ${started}, dropped ${dropped}`,
    },
    {
      work: 'freezing server: response - (start delay + service), summed',
      bar: { atMost: 0, atLeast: 0 },
      figure: sumUs('response_time') - sumUs('start_delay') - sumUs('connect_time') - sumUs('service_time'),
      unit: ' us',
      raw: `${sumUs('response_time')} = ${sumUs('start_delay')} + ${sumUs('connect_time')} + ${sumUs('service_time')} us`,
    },
  ]
}

const rows: BenchRow[] = []
for (const precision of ['normal', 'high'])
  for (const law of ['constant', 'poisson'] as const)
    for (const ratePerSec of [1_000, 10_000, 30_000])
      rows.push(...(await arrivalRows(law, ratePerSec, precision)))
rows.push(await highestRateRow())
rows.push(
  ...(await lognormalRows('normal', 'service_time')),
  ...(await lognormalRows('high', 'response_time')),
)
rows.push(...(await freezeRows()))
reportRows(`Truth, ${SECONDS} s a run, node ${process.version}`, rows)
