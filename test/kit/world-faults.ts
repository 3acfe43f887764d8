/** Runs through whatever a seed has in store for them: workers, coordinators and a broker that die, stand still and are cut off. */
import { HarnessError } from '../../harness/base/errors.ts'
import type { Fates } from './fake-link.ts'
import { PoolWorld, RUN, WorldNode } from './pool-world.ts'
import { requireInvariants, WorldRun } from './world-run.ts'

const HARSH: Fates = { delayMsMax: 40, lost: 0.01, twice: 0.05 }

/** Answers come late: a lease counts from the question. */
const SLOW: Fates = { ...HARSH, delayMsMax: 600 }

/** A run through whatever the seed has in store for it. */
export async function runThrough(seed: number): Promise<readonly WorldRun[]> {
  const world = new PoolWorld(seed, seed % 8 === 0 ? HARSH : { ...HARSH, lost: 0 })
  if (seed % 3 === 0) world.onLost = 'degrade'
  const run = new WorldRun(world).begin()
  const coordinators = [run]
  const { random } = world
  // Another one of the same id, which goes on when the first is lost, and does nothing while it lives.
  const again = () => {
    const node = new WorldNode(`coordinator-${coordinators.length + 1}`, world.clock, 0)
    coordinators.push(new WorldRun(world, node).begin())
  }
  if (random.float() < 0.1) world.clock.after(random.integer(0, 3_000), () => world.kill(run.node))
  await world.until(() => run.sending !== null || run.isOver || run.node.isDead, 120_000)
  world.broker.fates = seed % 5 === 0 ? SLOW : HARSH
  for (let faults = random.integer(0, 2); faults > 0; faults--) {
    const { node } = random.pick(world.workers)
    const forMs = random.integer(200, 9_000)
    const fault = random.pick([
      () => world.kill(node),
      () => world.freeze(node, forMs),
      () => world.cut(node, forMs),
      () => world.stopBroker(forMs),
      () => world.failPower(RUN, Math.min(forMs, 2_000)),
      () => run.drain(),
      () => world.freeze(run.node, forMs),
      () => world.kill(run.node),
      () => world.kill(run.node),
    ])
    world.clock.after(random.integer(0, 7_000), fault)
  }
  if (random.float() < 0.5) world.clock.after(random.integer(0, 12_000), again)
  await world.clock.advance(20_000)
  if (run.node.isDead && coordinators.every(({ node }) => node.isDead)) again()
  await world.until(() => coordinators.every(({ isOver, node }) => isOver || node.isDead), 300_000)
  // Whoever still waits for somebody has given up by then.
  await world.clock.advance(100_000)
  return coordinators
}

/** What became of the runs. */
export interface SeedOutcomes {
  whole: number
  lost: number
  refused: number
  takenOver: number
}

/** Goes through the seeds and checks every run. @throws Error with the seed that broke an invariant */
export async function throughSeeds(first: number, last: number): Promise<SeedOutcomes> {
  const outcomes = { whole: 0, lost: 0, refused: 0, takenOver: 0 }
  for (let seed = first; seed <= last; seed++) {
    const coordinators = await runThrough(seed).catch((error: unknown) => {
      throw new Error(`seed ${seed}: ${error}`)
    })
    for (const { error } of coordinators)
      if (error !== null && !(error instanceof HarnessError))
        throw new Error(`seed ${seed}`, { cause: error })
    requireInvariants(coordinators, `seed ${seed}`)
    const published = coordinators.find(({ end }) => end !== null)
    if (published === undefined) outcomes.refused++
    else if (published.losses.length > 0) outcomes.lost++
    else outcomes.whole++
    if (published !== undefined && published !== coordinators[0]) outcomes.takenOver++
  }
  return outcomes
}
