import * as assert from 'uvu/assert'
import { HarnessError } from '../../../harness/base/errors.ts'
import { SnapshotMerger } from '../../../harness/cluster/merge-snapshots.ts'
import { hostIntervalSchema, parseMessage } from '../../../harness/cluster/messages.ts'
import { packedSnapshotSchema } from '../../../harness/measure/packed-snapshot.ts'
import type { IntervalSnapshot } from '../../../harness/model/interval-snapshot.ts'
import type { ClosedSecond, LoadEnd, Loss, RunningLoad } from '../../../harness/ports/load-driver.ts'
import type { Fates } from '../../kit/fake-link.ts'
import { aRunPlan } from '../../kit/plan-builders.ts'
import { LEASE_MS, PoolWorld, SUBJECTS, type WorldWorker } from '../../kit/pool-world.ts'
import { RESOURCES } from '../../kit/snapshots.ts'
import { describe } from '../../kit/suite.ts'

const RUN = 'run-1'
const PLAN = aRunPlan({ durationMs: 6_000, drainMs: 1_000 })
/** Starts of one worker in the whole plan: one every 50 ms. */
const PLANNED = 120
const PRECISELY = 3

const HARSH: Fates = { delayMsMax: 40, lost: 0.01, twice: 0.05 }

/** A run in a world, and what became of it. */
class WorldRun {
  readonly world: PoolWorld
  readonly merger = new SnapshotMerger()
  readonly losses: Loss[] = []
  sending: RunningLoad | null = null
  end: LoadEnd | null = null
  error: unknown = null
  isOver = false

  constructor(world: PoolWorld) {
    this.world = world
  }

  /** Begins; time has to pass for anything to happen. */
  begin(driver = this.world.driver()): void {
    void this.#run(driver).then(
      (end) => {
        this.end = end
        this.isOver = true
      },
      (error) => {
        this.error = error
        this.isOver = true
      },
    )
  }

  async #run(driver: ReturnType<PoolWorld['driver']>): Promise<LoadEnd> {
    try {
      const threads = await driver.hold({
        runId: RUN,
        plan: PLAN,
        threads: 1,
        threadsAsked: null,
        threadsMax: 6,
      })
      await driver.look(PLAN)
      this.sending = await driver.start({
        ...{ runId: RUN, plan: PLAN, module: null, threads, secrets: {}, setupValue: new Map([[1, 2]]) },
        ...{ correlationId: 'c', provisioned: {}, clock: this.world.coordinator.clock },
        giveUp: new AbortController().signal,
        onSecond: (second) => this.#add(second),
        onLoss: (loss) => {
          this.losses.push(loss)
          this.sending?.stop('drain')
        },
      })
      return await this.sending.ended
    } finally {
      await driver.close()
    }
  }

  #add({ snapshots, late }: ClosedSecond): void {
    if (snapshots.length > 0) this.merger.add(snapshots, 'steady', RESOURCES)
    for (const snapshot of late) this.merger.addLate(snapshot, 'steady')
  }
}

/** A run through whatever the seed has in store for it. */
async function runThrough(seed: number): Promise<WorldRun> {
  const world = new PoolWorld(seed, seed % 8 === 0 ? HARSH : { ...HARSH, lost: 0 })
  const run = new WorldRun(world)
  run.begin()
  await world.until(() => run.sending !== null || run.isOver, 120_000)
  world.broker.fates = HARSH
  const { random } = world
  for (let faults = random.integer(0, 2); faults > 0; faults--) {
    const { node } = random.pick(world.workers)
    const forMs = random.integer(200, 9_000)
    const fault = random.pick([
      () => world.kill(node),
      () => world.freeze(node, forMs),
      () => world.cut(node, forMs),
      () => world.stopBroker(forMs),
      () => run.sending?.stop('drain'),
      () => world.freeze(world.coordinator, forMs),
    ])
    world.clock.after(random.integer(0, 7_000), fault)
  }
  await world.until(() => run.isOver, 200_000)
  // Whoever still waits for somebody has given up by then.
  await world.clock.advance(100_000)
  return run
}

const startsOf = ({ starts }: WorldWorker) => starts.length

/** Every interval that is in the log of intervals, each once. */
function delivered({ broker }: PoolWorld): Map<string, IntervalSnapshot | null> {
  const found = new Map<string, IntervalSnapshot | null>()
  for (const { body } of broker.logs.get(SUBJECTS.intervalLog(RUN))?.entries ?? []) {
    const { place, sequence, sum } = parseMessage(hostIntervalSchema, body, 'an interval')
    found.set(`${place}.${sequence}`, sum as IntervalSnapshot | null)
  }
  return found
}

/** The intervals of which the log of the run says that it has them. */
function logged(world: PoolWorld): Map<string, IntervalSnapshot | null> {
  const entries = world.broker.logs.get(SUBJECTS.runLog(RUN))?.entries ?? []
  const { through = [] } =
    entries.map(({ body }) => JSON.parse(body)).findLast(({ kind }) => kind === 'second' || kind === 'end') ??
    {}
  const isLogged = (place: number, sequence: number) =>
    through.some(
      ([each, have, beyond]: [number, number, number[]]) =>
        each === place && (sequence < have || beyond.includes(sequence)),
    )
  return new Map(
    [...delivered(world)].filter(([name]) => isLogged(...(name.split('.').map(Number) as [number, number]))),
  )
}

const sumOf = (intervals: ReadonlyMap<string, IntervalSnapshot | null>) =>
  [...intervals.values()].reduce((sum, each) => sum + (each?.dispatch.started ?? 0), 0)

/** The record that the log of a run alone gives. */
function replayed({ broker }: PoolWorld): SnapshotMerger {
  const merger = new SnapshotMerger()
  for (const { body } of broker.logs.get(SUBJECTS.runLog(RUN))?.entries ?? []) {
    const entry = JSON.parse(body)
    if (entry.kind !== 'second') continue
    const [sums, late] = [entry.sums, entry.late].map((packed) =>
      packed.map((each: unknown) => packedSnapshotSchema.parse(each) as IntervalSnapshot),
    )
    if (sums.length > 0) merger.add(sums, 'steady', RESOURCES)
    for (const snapshot of late) merger.addLate(snapshot, 'steady')
  }
  return merger
}

const whole = (merger: SnapshotMerger) => ({
  cells: merger.cells(),
  steps: merger.steps(),
  dispatch: merger.dispatch,
  intervals: merger.intervals(),
})

function requireInvariants(run: WorldRun, name: string): void {
  const { world, merger, end } = run
  for (const worker of world.workers) {
    for (const atMs of worker.starts) {
      const isLeased = worker.grantedMs.some((sentMs) => sentMs <= atMs && atMs < sentMs + LEASE_MS)
      assert.ok(isLeased, `${name}: ${worker.node.name} started at ${atMs} without a lease`)
    }
    if (!worker.node.isDead)
      assert.is(worker.state, 'idle', `${name}: ${worker.node.name} is ${worker.state} when all is over`)
  }
  const counted = sumOf(logged(world))
  const starts = world.workers.reduce((sum, worker) => sum + startsOf(worker), 0)
  assert.is(merger.dispatch.started, counted, `${name}: the record is the sum of what the log has`)
  if (end !== null && run.losses.length === 0) assert.is(counted, starts, `${name}: nothing is missing`)
  if (run.sending === null) assert.is(starts, 0, `${name}: nobody starts when not all do`)
  assert.equal(whole(replayed(world)), whole(merger), `${name}: the log alone gives the same record`)
  // What was let go is in the log, or nobody waited for it any more.
  if (end === null || run.losses.length > 0) return
  for (const text of world.workers.flatMap(({ dropped }) => dropped)) {
    const { place, sequence } = JSON.parse(text)
    assert.ok(logged(world).has(`${place}.${sequence}`), `${name}: let go and not in the log`)
  }
}

describe('A pool of workers, in virtual time', (test) => {
  test('starts together, counts every start once, and is idle afterwards', async () => {
    const world = new PoolWorld(1)
    const run = new WorldRun(world)
    run.begin()
    await world.until(() => run.isOver, 60_000)
    await world.clock.advance(5_000)

    if (run.error !== null) throw run.error
    requireInvariants(run, 'well')
    const firsts = world.workers.map(({ starts }) => starts[0] ?? 0)
    assert.ok(Math.max(...firsts) - Math.min(...firsts) <= 55, 'not even a turn apart')
    for (const worker of world.workers) assert.ok(Math.abs(startsOf(worker) - PLANNED) <= PRECISELY)
    assert.equal(
      run.end?.hosts?.hosts.map(({ worker, epochs: [epoch] }) => [worker, epoch?.end]),
      [
        ['w1', 'finished'],
        ['w2', 'finished'],
        ['w3', 'finished'],
      ],
    )
    assert.is(run.end?.shards.length, 6)
  })

  test('keeps its invariants through 200 seeds of faults', async () => {
    const outcomes = { whole: 0, lost: 0, refused: 0 }
    for (let seed = 1; seed <= 200; seed++) {
      const run = await runThrough(seed).catch((error: unknown) => {
        throw new Error(`seed ${seed}: ${error}`)
      })
      if (run.error !== null && !(run.error instanceof HarnessError)) throw run.error
      requireInvariants(run, `seed ${seed}`)
      if (run.end === null) outcomes.refused++
      else if (run.losses.length > 0) outcomes.lost++
      else outcomes.whole++
    }
    assert.ok(Math.min(outcomes.whole, outcomes.lost, outcomes.refused) > 10, JSON.stringify(outcomes))
  })
})
