/**
 * How good the search for a capacity is: services with a known capacity, searched by the same code as `proofload capacity`, beside
 * the rule of others. Seeded. `npm run bench:capacity`, SEARCHES a world from the environment.
 *
 * `capacity/worlds.ts` says what the services do; the bars are those of the search's specification. Mutations of the search have to
 * fail them, or they would prove nothing.
 */
import { DEFAULT_PRIORS } from '../harness/analysis/capacity/search-priors.ts'
import { Random } from '../harness/base/random.ts'
import { type OurOptions, searchByBisection, searchOurs } from './capacity/methods.ts'
import { type Score, score } from './capacity/score.ts'
import { logistic, truthOf, WORLDS, type World } from './capacity/worlds.ts'
import { type BenchRow, reportRows } from './kit/report.ts'

const SEARCHES = Number(process.env['SEARCHES'] ?? 400)
const SEED = 1
/** Nighthawk's rule: two inputs in a row that differ by less than 1 %. */
const NIGHTHAWK = 0.01
const PLAIN = 0.05
const RMS_CLOSE: readonly string[] = ['gentle', 'episodes', 'background', 'metastable']
const gentle = WORLDS[0] as World

const percent = (ratio: number) => `${(100 * ratio).toFixed(1)} %`
const rows: BenchRow[] = []
/** Adds a row: how many bars were missed, of none that may be. */
const held = (work: string, misses: readonly string[], raw: string) =>
  rows.push({
    work,
    bar: { atMost: 0 },
    figure: misses.length,
    unit: ' missed',
    raw: [raw, ...misses.map((miss) => `misses ${miss}`)].join('; '),
  })
const stated = (work: string, rms: number, raw: string) =>
  rows.push({ work, bar: null, figure: 100 * rms, unit: ' % rms', raw })
const atLeast = (work: string, ratio: number, least: number) =>
  rows.push({ work, bar: { atLeast: 100 * least }, figure: 100 * ratio, unit: ' %', raw: '' })

function scoreOurs(world: World, options: OurOptions = {}, count = SEARCHES): Score {
  return score(world, count, SEED, (random) => searchOurs(world, random, options))
}

function textOf({
  probes,
  bias,
  rms,
  off5,
  safe,
  safeTooHigh,
  coverage,
  unconfirmed,
  overloadS,
}: Score): string {
  const figures = `${probes.toFixed(1)} probes, bias ${percent(bias)}, rms ${percent(rms)}, off > 5 %: ${percent(off5)}`
  return `${figures}, safe ${percent(safe)}, too high ${percent(safeTooHigh)}, coverage ${percent(coverage)}, unconfirmed ${percent(unconfirmed)}, overload ${overloadS.toFixed(1)} s`
}

/** Bars of one world that its score does not meet. */
function missesOf(
  world: World,
  { probes, rms, safe, safeTooHigh, coverage, overloadS }: Score,
  overloadMax: number,
): string[] {
  const isNoisy = world.name === 'noisy'
  const bars: readonly (readonly [name: string, isMet: boolean])[] = [
    ['safe too high', safeTooHigh <= (isNoisy ? 0.03 : 0.02)],
    ['safe too low', safe >= Math.log(0.92)],
    ['rms', rms <= (RMS_CLOSE.includes(world.name) ? 0.025 : 0.038)],
    ['probes', probes <= 13],
    ['coverage', coverage >= (isNoisy ? 0.82 : 0.84)],
    ['overload', overloadS <= 1.1 * overloadMax],
  ]
  return bars.filter(([, isMet]) => !isMet).map(([name]) => name)
}

function scoreWorlds(): void {
  for (const world of WORLDS) {
    const ours = scoreOurs(world)
    const nighthawk = score(world, SEARCHES, SEED, (random) => searchByBisection(world, random, NIGHTHAWK))
    const plain = score(world, SEARCHES, SEED, (random) => searchByBisection(world, random, PLAIN))
    held(`${world.name}: ours`, missesOf(world, ours, nighthawk.overloadS), textOf(ours))
    stated(`${world.name}: Nighthawk's rule`, nighthawk.rms, textOf(nighthawk))
    stated(`${world.name}: bisection to 5 %`, plain.rms, textOf(plain))
  }
}

/** Two limits, whose capacities are so many times apart. */
const twoLimits = (apart: number): World => ({
  ...gentle,
  name: `limits ${apart} apart`,
  curves: [logistic(712.5, 15), logistic(712.5 * apart, 15)],
})

function scoreLimits(): void {
  const far = twoLimits(1.2)
  const near = twoLimits(1.03)
  const states = (world: World) =>
    Array.from({ length: SEARCHES }, (_, i) => searchOurs(world, new Random(SEED + i, world.name)).state)
  const named = states(far).filter(({ binding }) => (binding[0] ?? 0) > (binding[1] ?? 0)).length / SEARCHES
  atLeast('limits 1.2 apart: the binding one is named', named, 0.95)
  const both =
    states(near).filter(({ capacity, limits }) => limits.every(({ low }) => low <= (capacity?.high ?? 0)))
      .length / SEARCHES
  atLeast('limits 1.03 apart: both are within the interval', both, 0.95)
}

function scoreEndings(): void {
  const endings = (world: World, ending: string) =>
    Array.from(
      { length: SEARCHES },
      (_, i) => searchOurs(world, new Random(SEED + i, world.name)).state,
    ).filter((state) => state.ending === ending && state.safe === null).length / SEARCHES
  const weak = endings({ ...gentle, name: 'weak generator', generatorMax: 500 }, 'generator')
  atLeast('a generator that is the limit is never a capacity', weak, 1)
  const never = endings(
    { ...gentle, name: 'never recovers', metastable: { loss: 0.4, never: true } },
    'not-recovered',
  )
  atLeast('a service that does not recover is said not to', never, 1)
}

function scoreMutations(): void {
  const mutations: readonly (readonly [name: string, options: OurOptions])[] = [
    ['without recovery', { recovers: false }],
    ['without a background', { priors: { ...DEFAULT_PRIORS, backgrounds: [[0, 1]] } }],
    ['noise of 1.5 % only', { priors: { ...DEFAULT_PRIORS, noises: [[0.015, 1]] } }],
    ['probes at the median only', { priors: { ...DEFAULT_PRIORS, quantiles: [0.5] } }],
  ]
  for (const [name, options] of mutations) {
    const failing = WORLDS.flatMap((world) => {
      const misses = missesOf(world, scoreOurs(world, options), Number.POSITIVE_INFINITY)
      return misses.map((miss) => `${world.name}: ${miss}`)
    })
    rows.push({
      work: `mutation: ${name}`,
      bar: { atLeast: 1 },
      figure: failing.length,
      unit: ' missed',
      raw: failing.join('; '),
    })
  }
}

scoreWorlds()
scoreLimits()
scoreEndings()
scoreMutations()
reportRows(
  `capacity: ${SEARCHES} searches a world, true capacities ${WORLDS.map((world) => truthOf(world).toFixed(0)).join(', ')}`,
  rows,
)
