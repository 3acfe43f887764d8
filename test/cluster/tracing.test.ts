/** A run whose requests are found again in the target's own log: whole shards in front of the real sandbox. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import * as assert from 'uvu/assert'
import { createSystemClock, sleep } from '../../harness/base/clock.ts'
import { traceIdOf } from '../../harness/base/trace-id.ts'
import { createTracing } from '../../harness/cluster/create-drivers.ts'
import { SnapshotMerger } from '../../harness/cluster/merge-snapshots.ts'
import { runSetup } from '../../harness/cluster/setup-worker.ts'
import type { FromShard, StartShard } from '../../harness/cluster/shard-protocol.ts'
import { runShard } from '../../harness/cluster/shard-worker.ts'
import { allocateTakenRows } from '../../harness/engine/feeder.ts'
import { allocateShardCounters } from '../../harness/engine/shard-memory.ts'
import { SnapshotReader } from '../../harness/engine/snapshot-reader.ts'
import type { IntervalSnapshot } from '../../harness/model/interval-snapshot.ts'
import {
  DEFAULT_TIMEOUTS,
  type RequestStepPlan,
  type RunPlan,
  type ShardPlan,
} from '../../harness/model/plan.ts'
import { httpPlugin } from '../../harness/targets/http/index.ts'
import { aRunPlan, aWorkload } from '../kit/plan-builders.ts'
import { withSandbox, withScratch } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'

const CORRELATION_ID = '5f0c1f6e-run'
const RESOURCES = {
  generator: { cpuCores: 0.5, rssBytes: 1_000, stealRatio: null, clockStepMs: 0, machineCpuRatio: null },
  target: null,
  probes: {},
}

function aStep(path: string): RequestStepPlan {
  return {
    kind: 'request',
    name: path,
    target: 'main',
    request: httpPlugin.requestSchema.parse({ path }),
    timeouts: DEFAULT_TIMEOUTS,
    expect: [],
    extract: {},
    retry: null,
    followUps: [],
  }
}

/** Two steps, forty times a second for two seconds, of which the first half is warm-up. */
function aPlan(url: string, changes: Partial<RunPlan> = {}): RunPlan {
  const steps = [aStep('/operations/agent-list'), aStep('/operations/agent-show')]
  return aRunPlan({
    durationMs: 2_000,
    phases: [
      { name: 'warm-up', startMs: 0, endMs: 1_000, measured: false },
      { name: 'steady', startMs: 1_000, endMs: 2_000, measured: true },
    ],
    workloads: [aWorkload({ agents: 20, curve: { kind: 'constant', value: 40, durationMs: 2_000 } })],
    targets: { main: { plugin: 'http', config: httpPlugin.configSchema.parse({ url }) } },
    journeys: [{ name: 'look', weight: 1, steps }],
    tracing: true,
    ...changes,
  })
}

/** What a server in this process saw of one request. */
interface Seen {
  readonly path: string
  readonly traceId: string
  readonly traceparent: string
  readonly correlationId: string
}

/** Runs a body and gives every request that a server in this process got meanwhile. */
async function requestsDuring(body: () => Promise<void>): Promise<Seen[]> {
  const seen: Seen[] = []
  const listener = (message: unknown) => {
    const { url = '', headers } = (message as { request: IncomingMessage }).request
    const traceparent = String(headers['traceparent'])
    const [, traceId = ''] = traceparent.split('-')
    seen.push({ path: url, traceId, traceparent, correlationId: String(headers['x-correlation-id']) })
  }
  subscribe('http.server.request.start', listener)
  try {
    await body()
  } finally {
    unsubscribe('http.server.request.start', listener)
  }
  return seen
}

function aShare(plan: RunPlan, changes: Partial<ShardPlan> = {}): ShardPlan {
  return {
    runId: 'run',
    plan,
    module: null,
    shard: 0,
    shardCount: 1,
    setupValue: undefined,
    correlationId: CORRELATION_ID,
    provisioned: {},
    ...changes,
  }
}

/** One shard of two, in this thread; gives its snapshots, one every 250 ms and a last one. */
async function runOneShard(plan: RunPlan, shard: number): Promise<IntervalSnapshot[]> {
  const clock = createSystemClock()
  const counters = allocateShardCounters(0, 0)
  const control = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
  const { port1, port2 } = new MessageChannel()
  const reader = new SnapshotReader(
    { runId: 'run', shard, epoch: 0, escalationKinds: [], regions: [], workloads: [] },
    counters,
  )
  const startMs = clock.nowMs() + 100
  port1.on('message', (message: FromShard) => {
    if (message.kind === 'memory') reader.add(message.announcement)
    else if (message.kind === 'ready')
      port1.postMessage({ kind: 'start', startMachineMs: startMs + clock.epochMs } satisfies StartShard)
  })
  const snapshots: IntervalSnapshot[] = []
  const read = () => snapshots.push(reader.take(clock.nowMs() - startMs))
  const stopReading = clock.every(250, read)
  const share = aShare(plan, { shard, shardCount: 2 })
  await runShard({
    plan: share,
    counters,
    workloads: [],
    control,
    port: port2,
    secrets: {},
    takenRows: allocateTakenRows(0),
    ledgers: new Map(),
    lease: null,
    isTrial: false,
  })
  await sleep(clock, 20)
  stopReading()
  read()
  port1.close()
  return snapshots
}

/** Runs a plan as two shards; gives what was merged, and the snapshots it was merged from. */
async function runShards(plan: RunPlan) {
  const snapshots = (await Promise.all([0, 1].map((shard) => runOneShard(plan, shard)))).flat()
  const merger = new SnapshotMerger()
  for (const snapshot of snapshots) merger.add([snapshot], 'steady', RESOURCES)
  return { merger, snapshots }
}

describe('A traced run', (test) => {
  test('marks every request of every shard, and its record names the slowest as the server saw them', () =>
    withSandbox({}, async ({ url }) => {
      let run: Awaited<ReturnType<typeof runShards>> | undefined
      const seen = await requestsDuring(async () => {
        run = await runShards(aPlan(url))
      })
      const slowest = run?.merger.slowest() ?? []
      const requests = run?.merger.steps().reduce((sum, { ok }) => sum + ok, 0)

      // 160 on a machine that starts each in time; what is late at the end of the plan is not begun.
      assert.ok(seen.length > 0)
      assert.is(requests, seen.length)
      assert.is(new Set(seen.map(({ traceparent }) => traceparent)).size, seen.length)
      assert.is(new Set(seen.map(({ traceId }) => traceId)).size, seen.length)
      assert.ok(seen.every(({ correlationId }) => correlationId === CORRELATION_ID))
      assert.equal(
        slowest.map(({ step, requests: kept }) => [step, kept.length]),
        [
          ['/operations/agent-list', 5],
          ['/operations/agent-show', 5],
        ],
      )
      for (const { step, requests: kept } of slowest)
        for (const { traceId, phase, atMs, status } of kept) {
          assert.is(seen.find((request) => request.traceId === traceId)?.path, step)
          assert.equal([phase, status, atMs >= 1_000], ['steady', 200, true])
        }
    }))

  test('is recovered with the same slowest requests from what was journalled', () =>
    withSandbox({}, async ({ url }) => {
      const { merger, snapshots } = await runShards(aPlan(url))
      const recovered = new SnapshotMerger()
      for (const snapshot of JSON.parse(JSON.stringify(snapshots)) as IntervalSnapshot[])
        recovered.add([snapshot], 'steady', RESOURCES)

      assert.is(merger.slowest().length, 2)
      assert.equal(recovered.slowest(), merger.slowest())
    }))

  test('keeps slow requests without traces where it is not traced', () =>
    withSandbox({}, async ({ url }) => {
      let run: Awaited<ReturnType<typeof runShards>> | undefined
      const seen = await requestsDuring(async () => {
        run = await runShards(aPlan(url, { tracing: false }))
      })

      assert.ok(
        seen.every(
          ({ traceparent, correlationId }) => `${traceparent}${correlationId}` === 'undefinedundefined',
        ),
      )
      const kept = run?.merger.slowest().flatMap(({ requests }) => requests) ?? []
      assert.equal([kept.length, kept.every(({ traceId }) => traceId === null)], [10, true])
    }))
})

describe('createTracing', (test) => {
  test('gives every lane of every run trace ids of its own', () => {
    const plan = aPlan('http://127.0.0.1:1')
    const prefixes = [0, 1, 65_535].flatMap((lane) =>
      [{}, { runId: 'other' }, { correlationId: 'other' }].map(
        (changes) => createTracing(aShare(plan, changes), lane)?.prefix,
      ),
    )

    assert.is(new Set(prefixes).size, 9)
    assert.is(createTracing(aShare(plan), 1)?.prefix, prefixes[3])
    assert.is(createTracing(aShare(aPlan('http://127.0.0.1:1', { tracing: false })), 0), null)
  })

  test('keeps requests of setup and teardown apart from those of the shards', () =>
    withScratch((folder) =>
      withSandbox({}, async ({ url }) => {
        const path = join(folder, 'scenario.mjs')
        const get = "async ({ target }) => void (await target.get('/operations/agent-list'))"
        await writeFile(path, `export default { setup: ${get}, teardown: ${get} }`)
        const plan = aPlan(url)
        const share = aShare(plan, { module: { path } })
        const seen = await requestsDuring(async () => {
          for (const part of ['setup', 'teardown'] as const)
            await runSetup({ share, part, secrets: {}, inputs: {} })
        })

        assert.equal(
          seen.map(({ traceId }) => traceId),
          [65_535, 65_534].map((lane) => traceIdOf(createTracing(share, lane)?.prefix ?? '', 1)),
        )
      }),
    ))
})
