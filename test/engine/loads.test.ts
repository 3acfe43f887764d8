import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { CurvePlan, WorkloadPlan } from '../../harness/model/plan.ts'
import { countArrivals, createArrivals } from '../../harness/workloads/arrivals.ts'
import { createRig, RIG_START_MS, type RigOptions, runRig } from '../kit/engine-rig.ts'
import { aWorkload } from '../kit/plan-builders.ts'
import { describe } from '../kit/suite.ts'

const SEED = 7
const constant = (value: number, durationMs: number): CurvePlan => ({ kind: 'constant', value, durationMs })

/** A workload that walks the journey of its own name. */
function named(name: string, startMs: number, changes: Partial<WorkloadPlan>): WorkloadPlan {
  const workload = aWorkload({ name, startMs, journeys: [{ name, weight: 1 }], ...changes })
  if (workload.model === 'closed') return workload
  return { ...workload, expectedIterations: countArrivals(workload, SEED) }
}

function loadsOf(workloads: readonly WorkloadPlan[]): RigOptions {
  const ends = workloads.map(({ startMs, durationMs }) => startMs + durationMs)
  return {
    weights: Object.fromEntries(workloads.map(({ name = '' }) => [name, 1])),
    plan: { workloads, durationMs: Math.max(...ends), seed: SEED },
  }
}

type Rig = ReturnType<typeof createRig>

/** When the requests of a workload were sent, ms since run start. */
const sentOf = ({ target }: Pick<Rig, 'target'>, name: string) =>
  target.requests.flatMap(({ request, startedMs }) =>
    (request as { readonly step: string }).step === name ? [startedMs - RIG_START_MS] : [],
  )

/** The instants at which the plan wants the arrivals of a workload. */
function arrivalsOf(workload: WorkloadPlan): number[] {
  const arrivals = createArrivals({ workload, seed: SEED, shard: 0, shardCount: 1 })
  const instants: number[] = []
  for (let atMs = arrivals.next(); atMs !== Number.POSITIVE_INFINITY; atMs = arrivals.next())
    instants.push(workload.startMs + atMs)
  return instants
}

const browse = named('browse', 0, { curve: constant(50, 4_000), agents: 40 })
const batch = named('batch', 1_000, { curve: constant(20, 2_000), arrivals: 'poisson', agents: 40 })
const staff = named('staff', 500, {
  model: 'closed',
  curve: constant(8, 3_000),
  agents: 8,
  think: { minMs: 100, maxMs: 300 },
})

describe('Several workloads in a shard', (test) => {
  test('plan exactly the arrivals of each over any interval, whatever lies beside them', async () => {
    const anyOpen = fc.record({
      rate: fc.integer({ min: 1, max: 60 }),
      startMs: fc.integer({ min: 0, max: 1_500 }),
      durationMs: fc.integer({ min: 100, max: 1_500 }),
      arrivals: fc.constantFrom('constant' as const, 'poisson' as const),
    })
    const anyLoads = fc.array(anyOpen, { minLength: 1, maxLength: 3 })
    const anyCuts = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(anyLoads, anyCuts, async (loads, cuts) => {
        const workloads = loads.map(({ rate, startMs, durationMs, arrivals }, i) =>
          named(`w${i}`, startMs, { curve: constant(rate, durationMs), arrivals, agents: 20 }),
        )
        const rig = createRig(loadsOf([...workloads, staff]))
        const running = rig.engine.run()
        let fromMs = 0
        for (const lengthMs of [...cuts, 4_000]) {
          await rig.clock.advance(lengthMs)
          const toMs = fromMs + lengthMs
          const seen = rig.take()
          for (const workload of workloads)
            assert.is(
              seen.workloads?.[workload.name ?? '']?.planned,
              arrivalsOf(workload).filter((atMs) => atMs <= toMs && (fromMs === 0 || atMs > fromMs)).length,
            )
          fromMs = toMs
        }
        rig.engine.stop(0)
        await rig.clock.advance(2_000)
        await running
      }),
      { numRuns: 15 },
    )
  })

  test('send them at their instants, and add up to the load of the shard', async () => {
    const rig = await runRig(loadsOf([browse, batch, staff]))
    const { dispatch, workloads = {}, gauges } = rig.seen

    for (const workload of [browse, batch]) {
      const planned = arrivalsOf(workload)
      const sent = sentOf(rig, workload.name ?? '')
      assert.is(sent.length, planned.length)
      for (const [i, atMs] of planned.entries()) assert.ok(Math.abs((sent[i] ?? 0) - atMs) <= 1.1)
    }
    assert.is(workloads['browse']?.started, 200)
    const staffSent = sentOf(rig, 'staff')
    assert.ok(staffSent.length > 50 && Math.min(...staffSent) >= 500 && Math.max(...staffSent) < 3_500)
    for (const key of ['planned', 'started', 'dropped', 'cancelled', 'iterations'] as const)
      assert.is(
        Object.values(workloads).reduce((sum, counts) => sum + counts[key], 0),
        dispatch[key],
      )
    assert.is(dispatch.planned, dispatch.started + dispatch.dropped + dispatch.cancelled)
    assert.equal([gauges.activeAgents, gauges.backlog], [0, 0])
  })

  test('are recorded apart, and each walks its own journeys', async () => {
    const shared: WorkloadPlan = { ...staff, journeys: [{ name: 'browse', weight: 1 }] }
    const { seen } = await runRig(loadsOf([browse, batch, shared]))
    const rows = seen.steps.map(({ step, workload, ok }) => [step, workload, ok > 0])

    assert.equal(
      rows.map(String).sort(),
      [
        ['batch', 'batch', true],
        ['browse', 'browse', true],
        ['browse', 'staff', true],
      ].map(String),
    )
    assert.ok(seen.cells.every(({ key }) => key.workload !== undefined))
  })

  test('are the same load on one shard and on four, agent by agent', async () => {
    const loadOf = async (shard: number, shardCount: number) => {
      const walked: string[] = []
      const take = (identity: number, iteration: number) => {
        walked.push(`${identity}/${iteration}`)
        return { id: String(identity) }
      }
      const rig = await runRig({
        ...loadsOf([browse, batch, staff]),
        shard,
        shardCount,
        feeders: { who: { take } },
      })
      const sent = ['browse', 'batch', 'staff'].flatMap((name) =>
        sentOf(rig, name).map((atMs) => `${name} ${Math.round(atMs / 2)}`),
      )
      return { walked, sent }
    }
    const one = await loadOf(0, 1)
    const four = await Promise.all([0, 1, 2, 3].map((shard) => loadOf(shard, 4)))

    assert.ok(one.walked.length > 300)
    assert.equal(four.flatMap(({ walked }) => walked).sort(), one.walked.sort())
    assert.equal(four.flatMap(({ sent }) => sent).sort(), one.sent.sort())
    assert.is(new Set(one.walked).size, one.walked.length, 'no two agents are the same')
  })

  test('begin when the plan says, although what they follow ended early by its iterations', async () => {
    const first = named('first', 0, {
      model: 'closed',
      agents: 2,
      curve: constant(2, 2_000),
      iterations: { count: 10, of: 'run' },
      expectedIterations: 10,
    })
    const second = named('second', 2_000, { curve: constant(10, 1_000) })
    const rig = await runRig(loadsOf([first, second]))

    assert.ok(Math.max(...sentOf(rig, 'first')) < 200)
    assert.equal([sentOf(rig, 'first').length, sentOf(rig, 'second').length], [10, 10])
    assert.ok(Math.min(...sentOf(rig, 'second')) >= 2_000)
  })

  test('end the load when all have had their iterations', async () => {
    const ending = (name: string, count: number) =>
      named(name, 0, {
        model: 'closed',
        agents: 2,
        curve: constant(2, 60_000),
        iterations: { count, of: 'run' },
        expectedIterations: count,
      })
    const rig = await runRig(loadsOf([ending('few', 4), ending('more', 30)]), 10_000)

    assert.equal([sentOf(rig, 'few').length, sentOf(rig, 'more').length], [4, 30])
    assert.ok(rig.clock.nowMs() < 10_000)
  })

  test('let a journey under way go on when the time of its workload is over', async () => {
    const slow = named('slow', 0, { curve: constant(10, 500) })
    const rig = await runRig({ ...loadsOf([slow, browse]), script: [{ delayMs: 700 }] })

    assert.equal([rig.seen.workloads?.['slow']?.started, rig.seen.workloads?.['slow']?.iterations], [5, 5])
  })
})
