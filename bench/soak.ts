/**
 * Whether anything grows: ten million requests through the built command, a day of intervals through the coordinator in
 * compressed time, and what a shard leaves open. `npm run bench:soak`, REQUESTS and HOURS from the environment.
 */
import { linearRegression, mean } from 'simple-statistics'
import { SnapshotMerger } from '../harness/cluster/merge-snapshots.ts'
import type { Announce } from '../harness/engine/memory-announcement.ts'
import { Recorder } from '../harness/engine/recorder.ts'
import { allocateShardCounters } from '../harness/engine/shard-memory.ts'
import { SnapshotReader } from '../harness/engine/snapshot-reader.ts'
import { OUTCOME_OK } from '../harness/model/outcome.ts'
import { startNginx } from './kit/nginx.ts'
import { type BenchRow, reportRows } from './kit/report.ts'
import { brief } from './kit/rounds.ts'
import { closedPlan, httpAt, requestStep, startShard } from './kit/shard.ts'
import { runProofload } from './peers/proofload.ts'

const REQUESTS = Number(process.env['REQUESTS'] ?? 10_000_000)
const HOURS = Number(process.env['HOURS'] ?? 24)
const MIB = 1_048_576
/** Fewer than any machine of today sends on a core, so that the wanted number is reached. */
const REQUESTS_PER_S = 60_000
/** Blocks of the later half, each of which counts by its lowest point: what is collected in between is no growth. */
const BLOCKS = 6
/** Two-sided 95 % point of Student's t with BLOCKS - 2 degrees of freedom. */
const T = 2.776

interface Slope {
  /** MiB a thousand points. */
  readonly mib: number
  /** Half the width of its 95 % interval. */
  readonly uncertainMib: number
}

/** Least squares over the later half, when everything is compiled and every buffer has been grown. */
function slopeOf(bytes: readonly number[]): Slope {
  const later = bytes.slice(Math.floor(bytes.length / 2))
  const length = Math.floor(later.length / BLOCKS)
  const points = Array.from({ length: BLOCKS }, (_, block) => [
    (block * length) / 1_000,
    Math.min(...later.slice(block * length, (block + 1) * length)) / MIB,
  ]) as [number, number][]
  const line = linearRegression(points)
  const xMean = mean(points.map(([x]) => x))
  const squares = points.reduce((sum, [x, y]) => sum + (y - line.m * x - line.b) ** 2, 0)
  const spread = points.reduce((sum, [x]) => sum + (x - xMean) ** 2, 0)
  return { mib: line.m, uncertainMib: T * Math.sqrt(squares / (BLOCKS - 2) / spread) }
}

function slopeRow(work: string, bytes: readonly number[], perPoint: string): BenchRow {
  const { mib, uncertainMib } = slopeOf(bytes)
  const [least, most] = [Math.min(...bytes) / MIB, Math.max(...bytes) / MIB]
  return {
    work,
    // Flat: the 95 % interval of the slope reaches down to zero.
    bar: { atMost: 0 },
    figure: mib - uncertainMib,
    unit: ' MiB',
    raw: `${brief(mib)} +- ${brief(uncertainMib)} MiB a 1,000 ${perPoint}; ${brief(least)} to ${brief(most)} MiB over ${bytes.length}`,
  }
}

async function requestRows(): Promise<BenchRow[]> {
  const nginx = await startNginx()
  const seconds = Math.ceil(REQUESTS / REQUESTS_PER_S)
  const args = [nginx.url, '--agents', '50', '--duration', `${seconds}s`, '--threads', '1']
  const { record, verdict } = await runProofload(args)
  await nginx.close()
  const requests = record.steps.reduce((sum, { ok }) => sum + ok, 0)
  const rss = record.intervals.map(({ generator }) => generator.rssBytes)
  return [
    {
      work: 'requests in one run',
      bar: { atLeast: REQUESTS },
      figure: requests,
      raw: `${verdict.outcome} ${verdict.reasons.map(({ code }) => code)}, ${seconds} s`,
    },
    slopeRow('resident memory, slope less its uncertainty', rss, 'seconds'),
    {
      work: 'record',
      bar: null,
      figure: JSON.stringify(record).length / 1024,
      unit: ' KiB',
      raw: `${record.intervals.length} intervals, ${record.cells.length} histograms`,
    },
  ]
}

/** Two shards, three steps, a second an interval, as the coordinator reads them. */
function intervalRows(): BenchRow[] {
  const merger = new SnapshotMerger()
  const resources = {
    generator: { cpuCores: 0.5, rssBytes: 1e8, stealRatio: null, clockStepMs: 0, machineCpuRatio: null },
    target: null,
    probes: {},
  }
  const shards = [0, 1].map((shard) => {
    const source = { runId: 'soak', shard, epoch: 0, escalationKinds: [], regions: [], workloads: [] }
    const reader = new SnapshotReader(source, allocateShardCounters(0, 0))
    const phases = [{ name: 'steady', endMs: Number.POSITIVE_INFINITY, measured: true }]
    const announce: Announce = (memory) => reader.add(memory)
    return {
      reader,
      recorder: new Recorder(phases, {
        announce,
        bounds: {},
        slos: null,
        startMs: 0,
        tracePrefix: null,
        nameOf: (name) => name,
        mask: (text) => text,
        places: [{}],
      }),
    }
  })
  const heap: number[] = []
  for (let second = 0; second < HOURS * 3_600; second++) {
    for (const { recorder } of shards)
      for (const step of ['browse', 'search', 'buy'])
        for (let i = 0; i < 10; i++) recordOne(recorder, step, second * 1_000 + 100 * i)
    const snapshots = shards.map(({ reader }) => reader.take((second + 1) * 1_000))
    merger.add(snapshots, 'steady', resources)
    if (second % 600 !== 599) continue
    globalThis.gc?.()
    heap.push(process.memoryUsage().heapUsed)
  }
  const intervals = merger.intervals()
  const size = JSON.stringify({ intervals, cells: merger.cells(), steps: merger.steps() }).length
  return [
    slopeRow(`heap over ${HOURS} h of intervals, slope less its uncertainty`, heap, 'ten minutes'),
    {
      work: `record of ${HOURS} h`,
      bar: null,
      figure: size / 1024,
      unit: ' KiB',
      raw: `${intervals.length} intervals`,
    },
  ]
}

function recordOne(recorder: Recorder, step: string, intendedMs: number): void {
  // 500 buckets, all of them filled within the first hour: what grows after that is no data.
  const serviceMs = 5 + ((intendedMs / 100) % 500) / 100
  recorder.at(step, intendedMs).record({
    intendedMs,
    connectMs: 0,
    sentMs: intendedMs + 0.5,
    firstByteMs: intendedMs + serviceMs / 2,
    doneMs: intendedMs + serviceMs,
    networkDelayMs: 0,
    agentId: 1,
    status: 200,
    traceNumber: 0,
    outcome: OUTCOME_OK,
    errorKind: 0,
    isUntimed: false,
    bytesSent: 100,
    bytesReceived: 1_000,
    acknowledged: true,
    sloValues: null,
    componentCount: 0,
    componentNames: [],
    componentMs: [],
  })
}

/** Sockets, timers and the like that keep a process alive. */
async function leftOpenRow(): Promise<BenchRow> {
  const nginx = await startNginx()
  const before = process.getActiveResourcesInfo()
  const steps = [requestStep('get', { method: 'GET', path: '/' })]
  const shard = await startShard(closedPlan(200, httpAt(nginx.url), { name: 'get', weight: 1, steps }, 0))
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  const during = process.getActiveResourcesInfo()
  await shard.stop()
  await new Promise((resolve) => setImmediate(resolve))
  const after = process.getActiveResourcesInfo()
  await nginx.close()
  return {
    work: 'handles open after 200 connections were closed',
    bar: { atMost: 0 },
    figure: after.length - before.length,
    raw: `${before.length} before, ${during.length} meanwhile, ${after.length} after`,
  }
}

const rows = [await leftOpenRow(), ...intervalRows(), ...(await requestRows())]
reportRows(`Soak, node ${process.version}`, rows)
