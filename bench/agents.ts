/**
 * Many agents: threads, users of their own connections, a hundred thousand on two cores, and what recording costs.
 * `npm run bench:agents`
 */
import { createHistogram } from 'node:perf_hooks'
import { mean } from 'simple-statistics'
import { allocateCell, CellReader, CellWriter, PageAllocator, PageMemory } from '../harness/engine/cells.ts'
import { startNginx } from './kit/nginx.ts'
import { type BenchRow, reportRows } from './kit/report.ts'
import { brief, inTurn, pairedRatio } from './kit/rounds.ts'
import { costOf, metricOf, rateOf, runProofload } from './peers/proofload.ts'
import { startTruthServer } from './truth/truth-server.ts'

const ROUNDS = Number(process.env['ROUNDS'] ?? 5)
const MIB = 1_048_576
const BOTH_CORES = '0,1'
const scenario = (name: string) => new URL(`./scenarios/${name}.ts`, import.meta.url).pathname

async function threadsRows(): Promise<BenchRow[]> {
  const nginx = await startNginx()
  try {
    return [
      await threadsRow('nginx on one of the two cores', nginx.url),
      await threadsRow('function target, nobody else on the cores', scenario('flat-out')),
    ]
  } finally {
    await nginx.close()
  }
}

async function threadsRow(target: string, source: string): Promise<BenchRow> {
  const rounds = await inTurn(['1 thread', '2 threads'], ROUNDS, async (name) => {
    const load = ['--agents', '100', '--duration', '6s', '--warm-up', '2s', '--threads', name.slice(0, 1)]
    return costOf(await runProofload([source, ...load], BOTH_CORES), 2).cpuUsPerRequest
  })
  return {
    work: `CPU/request, 2 threads / 1 thread, ${target}`,
    bar: { atMost: 1.05 },
    figure: pairedRatio(rounds, '2 threads', '1 thread'),
    raw: Object.entries(rounds)
      .map(([name, figures]) => `${name} ${figures.map(brief).join(' ')}`)
      .join(' / '),
  }
}

/** Every user has a connection of its own: a request, a second of thinking, again. */
async function usersRows(users: number): Promise<BenchRow[]> {
  const server = await startTruthServer({ kind: 'fixed', ms: 5 })
  const args = [server.url, '--agents', `${users}`, '--think', '1s', '--duration', '20s', '--warm-up', '5s']
  const { record, verdict, watched } = await runProofload([...args, '--threads', '1'])
  const { latenciesMs } = await server.close()
  const responseP99Ms = metricOf(record, 'response_time', 'steady').quantileUs(0.99) / 1000
  const truthP99Ms = latenciesMs[Math.ceil(latenciesMs.length * 0.99) - 1] as number
  // A user's cycle is its think time and the answer.
  const expectedPerSec = users / (1 + mean([...latenciesMs]) / 1000)
  const perSec = rateOf(record, 5)
  const work = `${users.toLocaleString('en')} users, own connections, 1 s think`
  const raw = `${verdict.outcome} ${verdict.reasons.map(({ code }) => code)}`
  return [
    {
      work: `${work}: rate kept`,
      bar: { atLeast: 0.995 },
      figure: perSec / expectedPerSec,
      raw: `${brief(perSec)}/s of ${brief(expectedPerSec)}/s; ${raw}`,
    },
    {
      work: `${work}: resident memory`,
      bar: { atMost: 220 },
      figure: watched.peakRssBytes / MIB,
      unit: ' MiB',
      raw,
    },
    {
      work: `${work}: response p99 above truth`,
      bar: { atMost: 5 },
      figure: responseP99Ms - truthP99Ms,
      unit: ' ms',
      raw: `${brief(responseP99Ms)} ms, the server says ${brief(truthP99Ms)} ms`,
    },
  ]
}

async function manyAgentsRows(): Promise<BenchRow[]> {
  const run = await runProofload([scenario('many-agents'), '--threads', '2'], BOTH_CORES)
  const { record, verdict, watched } = run
  const raw = `${verdict.outcome}, valid ${verdict.validity.valid} ${verdict.reasons.map(({ code }) => code)}; ${brief(costOf(run, 5).cpuUsPerRequest)} us CPU a step`
  return [
    {
      work: '100,000 agents, function target: steps/s on two cores',
      bar: { atLeast: 49_750 },
      figure: rateOf(record, 5),
      raw,
    },
    {
      work: '100,000 agents, function target: resident memory',
      bar: { atMost: 400 },
      figure: watched.peakRssBytes / MIB,
      unit: ' MiB',
      raw,
    },
  ]
}

async function sharedConnectionsRow(): Promise<BenchRow> {
  const nginx = await startNginx()
  const args = [scenario('many-agents-http'), '--target', nginx.url, '--threads', '1']
  const { record, verdict, watched } = await runProofload(args)
  await nginx.close()
  const { planned, started } = record.dispatch
  return {
    work: '100,000 agents over 500 HTTP connections, 10,000/s: plan kept',
    bar: { atLeast: 0.99 },
    figure: started / planned,
    raw: `${verdict.outcome} ${verdict.reasons.map(({ code }) => code)}, ${brief(watched.peakRssBytes / MIB)} MiB`,
  }
}

/** Values as they come: lognormal, microseconds. */
function lognormalUs(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, () => {
    const normal = Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random())
    return Math.round(20_000 * Math.exp(0.7 * normal))
  })
}

function recordingRows(): BenchRow[] {
  const values = lognormalUs(1_000_000)
  const cells = Array.from({ length: 100 }, () => allocateCell())
  const memory = new PageMemory()
  const pages = new PageAllocator((chunk) => memory.add(chunk))
  const writers = cells.map((cell) => new CellWriter(cell, pages))
  const native = createHistogram()
  const nsEach = (record: (value: number, i: number) => void) => {
    const startedMs = performance.now()
    for (let i = 0; i < values.length; i++) record(values[i] as number, i)
    return ((performance.now() - startedMs) * 1e6) / values.length
  }
  const ours: number[] = []
  const nodes: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(nsEach((value) => (writers[0] as CellWriter).record(value)))
    nodes.push(nsEach((value) => native.record(value + 1)))
  }
  for (let i = 0; i < values.length; i++) (writers[i % 100] as CellWriter).record(values[i] as number)
  const readers = cells.map((cell) => new CellReader(cell, memory))
  const startedMs = performance.now()
  for (const reader of readers) reader.takeGain()
  const snapshotMs = performance.now() - startedMs
  return [
    {
      work: 'histogram record',
      bar: { atMost: 150 },
      figure: Math.min(...ours),
      unit: ' ns',
      raw: `${ours.map(brief).join(' ')}; node's own histogram ${nodes.map(brief).join(' ')}`,
    },
    {
      work: 'snapshot of 100 cells, on the coordinator',
      bar: null,
      figure: snapshotMs,
      unit: ' ms',
      raw: 'cells are shared memory: the shard is not asked and does not stall',
    },
  ]
}

const rows = [...recordingRows()]
for (const part of [threadsRows, () => usersRows(10_000), manyAgentsRows, sharedConnectionsRow]) {
  const made = await part()
  rows.push(...[made].flat())
}
reportRows(`Agents, ${ROUNDS} rounds, node ${process.version}`, rows)
