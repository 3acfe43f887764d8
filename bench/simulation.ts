/**
 * How often the comparison is right: nights of load tests with a known truth, judged by the same code as `proofload run`
 * and `ab`, beside rules that others use on the same data. Seeded. `npm run bench:simulation`, NIGHTS from the environment.
 *
 * Runs differ by 3 %, three tenths of the variance of which they share with the others of their night (STATS section 3);
 * `kit/simulated-runs.ts` says what a run is.
 */
import { mean, sampleStandardDeviation, sum } from 'simple-statistics'
import { compareRuns } from '../harness/analysis/comparison/compare-runs.ts'
import type { ComparedPair, ComparedRun } from '../harness/analysis/comparison/compared-run.ts'
import { tQuantile } from '../harness/analysis/distributions.ts'
import { breachBySeries } from '../harness/analysis/monitor/evidence.ts'
import { Random } from '../harness/base/random.ts'
import type { Level } from '../harness/model/comparison.ts'
import { type BenchRow, reportRows } from './kit/report.ts'
import { type PooledRun, RunSimulator, stepName, withEffects } from './kit/simulated-runs.ts'

const NIGHTS = Number(process.env['NIGHTS'] ?? 1000)
const SIGMA = 0.03
const NIGHT_SHARE = 0.3
const POOL = 1_000
const STEPS = 20
const STEP_POOL = 400

const random = new Random(20_261_121)
const simulator = new RunSimulator(random)
const normal = () => simulator.normal()

const POOLS = {
  usual: simulator.pool({}, POOL),
  tail: simulator.pool({ tail: 1.2 }, POOL / 2),
  errors: simulator.pool({ errorShare: 0.003 }, POOL / 2),
  steps: simulator.pool({ steps: STEPS }, STEP_POOL),
} satisfies Record<string, readonly PooledRun[]>

/** What the candidate build does. */
interface Change {
  /** Factor on all times. */
  readonly all?: number
  /** Factor on the times of one of twenty steps; 1 is a run of twenty steps without a change. */
  readonly step?: number
  /** What it does besides. */
  readonly build?: 'tail' | 'errors'
}

/** A run as it was judged, and its counts for rules that pool requests. */
interface SimulatedRun {
  readonly run: ComparedRun
  readonly pooled: () => ReadonlyMap<number, number>
}

let runs = 0

function simulateRun(
  pool: readonly PooledRun[],
  { all = 1, step }: Change,
  night: number,
  session: string,
): SimulatedRun {
  const drawn = simulator.draw(pool)
  const ln = Math.log(all) + night + SIGMA * Math.sqrt(1 - NIGHT_SHARE) * normal()
  const id = `run-${String(runs++).padStart(9, '0')}`
  const slow = step === undefined ? {} : { step: { name: stepName(7), ln: Math.log(step) } }
  return {
    run: withEffects(drawn, { id, session, ln, ...slow }),
    pooled: () => countsWith(drawn, Math.exp(ln)),
  }
}

function countsWith({ counts }: PooledRun, factor: number): ReadonlyMap<number, number> {
  const found = new Map<number, number>()
  for (let i = 0; i < counts.length; i += 2) {
    const value = Math.round((counts[i] as number) * factor)
    found.set(value, (found.get(value) ?? 0) + (counts[i + 1] as number))
  }
  return found
}

interface Night {
  readonly level: Level
  readonly atOnce: boolean
  readonly runs: number
  readonly fixed: boolean
  readonly mannWhitney: boolean
  readonly bencher: boolean
}

const nightEffect = () => SIGMA * Math.sqrt(NIGHT_SHARE) * normal()

function simulateNight(change: Change, stored: number): Night {
  const usual = change.step === undefined ? POOLS.usual : POOLS.steps
  const changed = change.build === undefined ? usual : POOLS[change.build]
  const baseline = Array.from({ length: stored }, (_, i) =>
    simulateRun(usual, {}, nightEffect(), `night-${i}`),
  )
  const tonight = nightEffect()
  const candidate = simulateRun(changed, change, tonight, 'tonight')
  const pairs: ComparedPair[] = []
  const input = { name: null, baseline: baseline.map(({ run }) => run), candidate: [candidate.run] }
  let found = compareRuns({ ...input, pairs, confirmation: 'pairs' })
  const atOnce = found.level === 'no-go'
  while (found.needs !== null) {
    pairs.push({
      baseline: simulateRun(usual, {}, tonight, 'tonight').run,
      candidate: simulateRun(changed, change, tonight, 'tonight').run,
    })
    found = compareRuns({ ...input, pairs, confirmation: 'pairs' })
  }
  return {
    level: found.level,
    atOnce,
    runs: 1 + 2 * pairs.length,
    fixed: exceedsFixed(baseline, candidate),
    mannWhitney: change.step === undefined && isMannWhitneyWorse(baseline, candidate),
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
    for (const [value, count] of pooled()) base.set(value, (base.get(value) ?? 0) + count)
  const own = candidate.pooled()
  const values = [...new Set([...base.keys(), ...own.keys()])].sort((a, b) => a - b)
  const n = sum([...own.values()])
  const m = sum([...base.values()])
  let below = 0
  let u = 0
  for (const value of values) {
    const [mine, others] = [own.get(value) ?? 0, base.get(value) ?? 0]
    u += mine * (below + others / 2)
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
  readonly atOnce?: true
}

const STORED = [1, 3, 5] as const
const bars = (one: number, three: number, five: number) => [one, three, five].map((atLeast) => ({ atLeast }))
const never = (atMost: number) => [{ atMost }, { atMost }, { atMost }]

function worlds(
  work: string,
  change: Change,
  limits: readonly BenchRow['bar'][],
  atOnce: { readonly atOnce?: true } = {},
): World[] {
  return STORED.map((stored, i) => ({
    work: `${work}, ${stored} stored`,
    change,
    stored,
    bar: limits[i] as BenchRow['bar'],
    ...atOnce,
  }))
}

const ONE_RUN = { atOnce: true } as const
const WORLDS: readonly World[] = [
  ...worlds('unchanged', {}, never(1)),
  ...worlds('+10 %', { all: 1.1 }, bars(85, 90, 93)),
  ...worlds('+20 %', { all: 1.2 }, bars(99, 99, 99)),
  ...worlds('+50 %, decided by one run', { all: 1.5 }, bars(95, 95, 95), ONE_RUN),
  ...worlds('+100 %, decided by one run', { all: 2 }, bars(99, 99, 99), ONE_RUN),
  ...worlds('P99 only, +20 %', { build: 'tail' }, bars(95, 98, 98)),
  ...worlds('errors 0.1 to 0.3 %', { build: 'errors' }, bars(95, 95, 95)),
  ...worlds('10 % faster', { all: 0.9 }, never(0.5)),
  ...worlds('20 steps, unchanged', { step: 1 }, never(0.5)),
  ...worlds('20 steps, one of them +30 %', { step: 1.3 }, bars(95, 95, 95)),
]

function worldRow({ work, change, stored, bar, atOnce }: World): BenchRow {
  const nights = Array.from({ length: NIGHTS }, () => simulateNight(change, stored))
  const percent = (holds: (night: Night) => boolean) => (100 * nights.filter(holds).length) / NIGHTS
  const noGo = percent(({ level }) => level === 'no-go')
  const first = percent((night) => night.atOnce)
  const others = [
    `NO-GO ${noGo.toFixed(1)}`,
    `by one run ${first.toFixed(1)}`,
    `INCONCLUSIVE ${percent(({ level }) => level === 'invalid').toFixed(1)}`,
    `caution ${percent(({ level }) => level === 'caution').toFixed(1)}`,
    `${mean(nights.map((night) => night.runs)).toFixed(1)} runs a night`,
    `fixed +10 % ${percent(({ fixed }) => fixed).toFixed(1)}`,
    `Mann-Whitney ${percent(({ mannWhitney }) => mannWhitney).toFixed(1)}`,
    `Bencher t ${percent(({ bencher }) => bencher).toFixed(1)}`,
  ]
  process.stderr.write(`${work}: ${others.join(', ')}\n`)
  return { work, bar, figure: atOnce === true ? first : noGo, unit: ' %', raw: others.join(', ') }
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
