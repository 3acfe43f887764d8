import * as assert from 'uvu/assert'
import { LEASE_MS, PoolWorld, RUN, SUBJECTS, WorldNode } from '../../kit/pool-world.ts'
import { describe } from '../../kit/suite.ts'
import { throughSeeds } from '../../kit/world-faults.ts'
import { entriesOf, requireInvariants, startsIn, WorldRun } from '../../kit/world-run.ts'

/** Starts of one worker in the whole plan: one every 50 ms. */
const PLANNED = 120
const PRECISELY = 3

/** A run of which one coordinator is killed in the middle. */
async function killedInTheMiddle(seed: number, leaseMs: number) {
  const world = new PoolWorld(seed)
  world.leaseMs = leaseMs
  const first = new WorldRun(world).begin()
  await world.until(() => startsIn(world) > 100, 60_000)
  world.kill(first.node)
  return { world, first, second: new WorldRun(world, new WorldNode('second', world.clock, 0)) }
}

describe('A pool of workers, in virtual time', (test) => {
  test('starts together, counts every start once, and is idle afterwards', async () => {
    const world = new PoolWorld(1)
    const run = new WorldRun(world).begin()
    await world.until(() => run.isOver, 60_000)
    await world.clock.advance(5_000)

    if (run.error !== null) throw run.error
    requireInvariants([run], 'well')
    const firsts = world.workers.map(({ starts }) => starts[0] ?? 0)
    assert.ok(Math.max(...firsts) - Math.min(...firsts) <= 55, 'not even a turn apart')
    for (const { starts } of world.workers) assert.ok(Math.abs(starts.length - PLANNED) <= PRECISELY)
    assert.equal(
      run.end?.hosts?.hosts.map(({ worker, epochs: [epoch] }) => [worker, epoch?.end]),
      [
        ['w1', 'finished'],
        ['w2', 'finished'],
        ['w3', 'finished'],
      ],
    )
    assert.is(run.end?.shards.length, 6)
    assert.equal(run.end?.hosts?.takeovers, [])
  })

  test('goes on with a run whose coordinator is killed: the whole load, counted once', async () => {
    const { world, second } = await killedInTheMiddle(2, 10_000)
    second.begin()
    await world.until(() => second.isOver, 60_000)
    await world.clock.advance(5_000)

    if (second.error !== null) throw second.error
    requireInvariants([second], 'taken over')
    assert.equal(second.held?.begun?.setupValue, new Map([[1, 2]]))
    assert.equal(second.losses, [])
    assert.is(second.merger.dispatch.started, startsIn(world))
    for (const { starts } of world.workers) assert.ok(Math.abs(starts.length - PLANNED) <= PRECISELY)
    assert.is(second.end?.hosts?.takeovers.length, 1)
  })

  test('ends its load when its coordinator is lost, and gives what it counted to one that comes later', async () => {
    const { world, second } = await killedInTheMiddle(3, LEASE_MS)
    const killedMs = world.clock.nowMs()
    await world.clock.advance(20_000)
    assert.ok(world.workers.every(({ starts }) => (starts.at(-1) ?? 0) < killedMs + LEASE_MS))
    second.begin()
    await world.until(() => second.isOver, 60_000)
    await world.clock.advance(5_000)

    requireInvariants([second], 'late')
    assert.is(second.merger.dispatch.started, startsIn(world))
    assert.ok(second.end?.hosts?.hosts.every(({ epochs: [epoch] }) => epoch?.end === 'fenced'))
  })

  test('is left alone by a second coordinator of the same id while the first lives', async () => {
    const world = new PoolWorld(4)
    const first = new WorldRun(world).begin()
    await world.until(() => startsIn(world) > 100, 60_000)
    const second = new WorldRun(world, new WorldNode('second', world.clock, 0)).begin()
    await world.until(() => first.isOver && second.isOver, 60_000)
    await world.clock.advance(5_000)

    assert.is(second.code, 'RUN_TAKEN')
    if (first.error !== null) throw first.error
    requireInvariants([first, second], 'rival')
    assert.equal(first.losses, [])
    for (const { starts } of world.workers) assert.ok(Math.abs(starts.length - PLANNED) <= PRECISELY)
  })

  test('takes a coordinator that stood still for replaced: it publishes nothing', async () => {
    const world = new PoolWorld(5)
    const first = new WorldRun(world).begin()
    await world.until(() => startsIn(world) > 100, 60_000)
    world.freeze(first.node, 8_000)
    const second = new WorldRun(world, new WorldNode('second', world.clock, 0)).begin()
    await world.until(() => first.isOver && second.isOver, 60_000)
    await world.clock.advance(5_000)

    assert.is(first.code, 'RUN_REPLACED')
    requireInvariants([first, second], 'frozen')
    assert.is(second.merger.dispatch.started, startsIn(world))
    assert.is(entriesOf(world).filter(({ kind }) => kind === 'lead').length, 2)
  })

  test('sends nothing when one of them does not confirm the start', async () => {
    const world = new PoolWorld(7)
    world.broker.isLost = (subject, body) => subject === SUBJECTS.to('w2') && body.includes('"do":"arm"')
    const run = new WorldRun(world).begin()
    await world.until(() => run.isOver, 60_000)
    await world.clock.advance(60_000)

    assert.is(run.code, 'START_FAILED')
    assert.is(startsIn(world), 0)
    requireInvariants([run], 'unconfirmed')
  })

  test('counts once what a broker lost after it had taken it: workers keep it until they are let go', async () => {
    const world = new PoolWorld(8)
    const run = new WorldRun(world).begin()
    await world.until(() => startsIn(world) > 200, 60_000)
    // Nobody reads while it is taken, so that nobody but the workers has it.
    world.cut(run.node, 1_500)
    await world.clock.advance(1_400)
    world.failPower(RUN, 500)
    await world.until(() => run.isOver, 60_000)
    await world.clock.advance(5_000)

    if (run.error !== null) throw run.error
    assert.equal(run.losses, [])
    assert.is(run.merger.dispatch.started, startsIn(world))
    requireInvariants([run], 'power')
  })

  test('starts nothing any more a second after it was drained', async () => {
    const world = new PoolWorld(9)
    const run = new WorldRun(world).begin()
    await world.until(() => startsIn(world) > 100, 60_000)
    const drainedMs = world.clock.nowMs()
    run.drain()
    await world.until(() => run.isOver, 60_000)
    await world.clock.advance(5_000)

    assert.ok(world.workers.every(({ starts }) => (starts.at(-1) ?? 0) < drainedMs + 1_000))
    requireInvariants([run], 'drained')
  })

  test('goes on without a lost worker where that was asked for, and counts what was delivered', async () => {
    const world = new PoolWorld(10)
    world.onLost = 'degrade'
    const run = new WorldRun(world).begin()
    await world.until(() => startsIn(world) > 100, 60_000)
    world.kill((world.workers[1] as (typeof world.workers)[number]).node)
    await world.until(() => run.isOver, 60_000)
    await world.clock.advance(60_000)

    if (run.error !== null) throw run.error
    assert.equal(
      run.end?.hosts?.hosts.map(({ epochs: [epoch] }) => epoch?.end),
      ['finished', 'lost', 'finished'],
    )
    for (const place of [0, 2])
      assert.ok(Math.abs((world.workers[place]?.starts.length ?? 0) - PLANNED) <= PRECISELY)
    const [epoch] = run.end?.hosts?.hosts[1]?.epochs ?? []
    assert.ok((epoch?.untilMs ?? 0) >= (epoch?.throughMs ?? 0), 'what it may have sent uncounted is bounded')
    requireInvariants([run], 'degraded')
  })

  test('ends its load when people tell every worker to, whatever the coordinator does', async () => {
    const world = new PoolWorld(6)
    const run = new WorldRun(world).begin()
    await world.until(() => startsIn(world) > 100, 60_000)
    world.freeze(run.node, 60_000)
    const haltedMs = world.clock.nowMs()
    world.broker.link('people').tell(SUBJECTS.halt, JSON.stringify({ by: 'somebody', reason: 'fire' }))
    await world.clock.advance(30_000)

    assert.ok(world.workers.every(({ starts }) => (starts.at(-1) ?? 0) < haltedMs + 1_000))
  })

  test('keeps its invariants through 200 seeds of faults', async () => {
    const outcomes = await throughSeeds(1, 200)
    assert.ok(Math.min(...Object.values(outcomes)) > 10, JSON.stringify(outcomes))
  })
})
