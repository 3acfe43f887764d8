/** A run in a world: its coordinators, what became of it, and what has to be so whatever happened. */
import * as assert from 'uvu/assert'
import { HarnessError } from '../../harness/base/errors.ts'
import { logEntrySchema } from '../../harness/cluster/coordinator/log-entries.ts'
import { SnapshotMerger } from '../../harness/cluster/merge-snapshots.ts'
import { hostIntervalSchema, parseMessage, readMessage } from '../../harness/cluster/messages.ts'
import type { IntervalSnapshot } from '../../harness/model/interval-snapshot.ts'
import type { ClosedSecond, HeldLoad, LoadEnd, Loss, RunningLoad } from '../../harness/ports/load-driver.ts'
import { anIdentity } from './builders.ts'
import { aRunPlan } from './plan-builders.ts'
import { type PoolWorld, RUN, SUBJECTS, type WorldNode } from './pool-world.ts'
import { RESOURCES } from './snapshots.ts'

export const PLAN = aRunPlan({ durationMs: 6_000, drainMs: 1_000 })

/** One coordinator of a run. */
export class WorldRun {
  readonly world: PoolWorld
  readonly node: WorldNode
  readonly merger = new SnapshotMerger()
  readonly losses: Loss[] = []
  held: HeldLoad | null = null
  sending: RunningLoad | null = null
  end: LoadEnd | null = null
  error: unknown = null
  isOver = false
  /** When it first wanted no more load. */
  drainedMs: number | null = null

  constructor(world: PoolWorld, node = world.coordinator) {
    this.world = world
    this.node = node
  }

  /** Begins; time has to pass for anything to happen. */
  begin(): this {
    void this.#run().then(
      (end) => {
        this.end = end
        this.isOver = true
      },
      (error) => {
        this.error = error
        this.isOver = true
      },
    )
    return this
  }

  /** The code of the error that it ended with. */
  get code(): string | null {
    return this.error instanceof HarnessError ? this.error.code : null
  }

  drain(): void {
    if (this.sending !== null) this.drainedMs ??= this.world.clock.nowMs()
    this.sending?.stop('drain')
  }

  async #run(): Promise<LoadEnd> {
    const driver = this.world.driver(this.node)
    try {
      const load = { runId: RUN, plan: PLAN, threads: 1, threadsAsked: null, threadsMax: 6 }
      const { threads, begun } = await driver.hold(load)
      this.held = { threads, begun }
      if (this.world.hasRecord) throw new HarnessError('USAGE', 'it is over')
      if (begun === null) await driver.look(PLAN)
      this.sending = await driver.start({
        ...{ runId: RUN, plan: PLAN, module: null, threads, secrets: {}, setupValue: new Map([[1, 2]]) },
        ...{ correlationId: 'c', provisioned: {}, clock: this.node.clock },
        ...{ identity: anIdentity({ runId: RUN, plan: PLAN }), startedAt: '2026-11-21T09:30:05.120Z' },
        giveUp: new AbortController().signal,
        onSecond: (second) => this.#add(second),
        onLoss: (loss) => {
          this.losses.push(loss)
          if (loss.endsLoad) this.drain()
        },
      })
      if (this.losses.some(({ endsLoad }) => endsLoad)) this.drain()
      const end = await this.sending.ended
      this.world.hasRecord = true
      return end
    } finally {
      await driver.close()
    }
  }

  #add({ snapshots, late }: ClosedSecond): void {
    if (snapshots.length > 0) this.merger.add(snapshots, 'steady', RESOURCES)
    for (const snapshot of late) this.merger.addLate(snapshot, 'steady')
  }
}

type Intervals = ReadonlyMap<string, IntervalSnapshot | null>

/** Every interval that workers kept, each once. */
function delivered({ workers }: PoolWorld): Intervals {
  const found = new Map<string, IntervalSnapshot | null>()
  for (const body of workers.flatMap(({ kept }) => kept)) {
    const read = readMessage(hostIntervalSchema, body)
    if (read.problem !== null) continue
    const { place, sequence, sum } = read.message
    found.set(`${place}.${sequence}`, sum as IntervalSnapshot | null)
  }
  return found
}

/** The entries of the log of the run. */
export function entriesOf({ broker }: PoolWorld) {
  return broker
    .entriesOf(SUBJECTS.runLog(RUN))
    .map(({ body }) => parseMessage(logEntrySchema, body, 'an entry'))
}

const secondsOf = (world: PoolWorld) =>
  entriesOf(world).flatMap((entry) => (entry.kind === 'second' ? [entry] : []))

/** The intervals that the log of the run counts, by name. */
export function logged(world: PoolWorld): readonly string[] {
  return secondsOf(world).flatMap(({ sums, late }) =>
    [...sums, ...late].map(({ shard, sequence }) => `${shard}.${sequence}`),
  )
}

/** The record that the log of a run alone gives. */
function replayed(world: PoolWorld): SnapshotMerger {
  const merger = new SnapshotMerger()
  for (const { sums, late } of secondsOf(world)) {
    if (sums.length > 0) merger.add(sums as IntervalSnapshot[], 'steady', RESOURCES)
    for (const snapshot of late) merger.addLate(snapshot as IntervalSnapshot, 'steady')
  }
  return merger
}

const whole = (merger: SnapshotMerger) => ({
  cells: merger.cells(),
  steps: merger.steps(),
  dispatch: merger.dispatch,
  intervals: merger.intervals(),
})

export const startsIn = (world: PoolWorld) =>
  world.workers.reduce((sum, { starts }) => sum + starts.length, 0)

/** Checks what holds whatever happened. @param coordinators of one run, in the order in which they began */
export function requireInvariants(coordinators: readonly WorldRun[], name: string): void {
  const [{ world }] = coordinators as readonly [WorldRun]
  for (const worker of world.workers) {
    for (const atMs of worker.starts) {
      const isLeased = worker.grantedMs.some((sentMs) => sentMs <= atMs && atMs < sentMs + world.leaseMs)
      assert.ok(isLeased, `${name}: I1 ${worker.node.name} started at ${atMs} without a lease`)
    }
    assert.equal(worker.brokenPromises, [], `${name}: I7 said to be in the log, and was not`)
    if (!worker.node.isDead)
      assert.is(worker.state, 'idle', `${name}: I8 ${worker.node.name} is ${worker.state} when all is over`)
  }
  for (const { drainedMs } of coordinators)
    for (const worker of drainedMs === null ? [] : world.workers)
      assert.ok(
        (worker.starts.at(-1) ?? 0) < (drainedMs ?? 0) + world.leaseMs,
        `${name}: I5 ${worker.node.name} starts longer than a lease after the end of load was wanted`,
      )
  const published = coordinators.filter(({ end }) => end !== null)
  assert.ok(published.length <= 1, `${name}: I6 ${published.length} coordinators publish a verdict`)
  if (entriesOf(world).every(({ kind }) => kind !== 'begin'))
    assert.is(startsIn(world), 0, `${name}: I10 nobody starts when not all do`)
  const names = logged(world)
  assert.is(new Set(names).size, names.length, `${name}: I3 nothing is counted twice`)
  for (const { code } of coordinators)
    if (code === 'START_FAILED') assert.is(startsIn(world), 0, `${name}: I10 not everybody could start`)
  const [last] = published
  if (last !== undefined) requireRecord(last, names, name)
}

/** What is published is what the log has, and of a whole run everything that was sent. */
function requireRecord({ world, merger, losses }: WorldRun, names: readonly string[], name: string): void {
  const all = delivered(world)
  const counted = names.reduce((sum, each) => sum + (all.get(each)?.dispatch.started ?? 0), 0)
  assert.is(merger.dispatch.started, counted, `${name}: I3 the record is the sum of what the log has`)
  assert.equal(whole(replayed(world)), whole(merger), `${name}: I4 the log alone gives the same record`)
  if (losses.length > 0) return
  assert.is(counted, startsIn(world), `${name}: I3 nothing is missing`)
  // What was let go is in the log, or nobody waited for it any more.
  for (const text of world.workers.flatMap(({ dropped }) => dropped)) {
    const { place, sequence, sum } = JSON.parse(text)
    assert.ok(sum === null || names.includes(`${place}.${sequence}`), `${name}: I7 let go and not in the log`)
  }
}
