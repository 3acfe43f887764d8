/**
 * What an idle agent takes, and what a request allocates: whole shards in this process, heap and typed arrays measured
 * around them. `npm run bench:memory` (bundled: a loader that names functions would be measured too)
 */
import type { HeapProfiler } from 'node:inspector'
import { Session } from 'node:inspector/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StepPlan } from '../harness/model/plan.ts'
import type { JourneyContext } from '../harness/ports/journey.ts'
import type { FunctionClient } from '../harness/targets/function/index.ts'
import type { HttpClient } from '../harness/targets/http/client.ts'
import { startNginx } from './kit/nginx.ts'
import { type BenchRow, reportRows } from './kit/report.ts'
import { brief } from './kit/rounds.ts'
import { type Code, closedPlan, httpAt, LONG_MS, requestStep, startShard } from './kit/shard.ts'

const AGENTS = 100_000
const CONNECTIONS = 50
const WARM_UP_MS = 2_000
const ALLOCATING_MS = 2_000
const SAMPLING = {
  samplingInterval: 8_192,
  includeObjectsCollectedByMajorGC: true,
  includeObjectsCollectedByMinorGC: true,
}

type Kind = 'steps' | 'code'

/** The functions of the scenario, by their path. */
const code: Code = {
  handler: () => 'ok',
  'journeys.idle.run': async ({ target, agent }: JourneyContext<FunctionClient>) => {
    await target.call(1)
    await agent.think('1h')
  },
  'journeys.get.run': async ({ target, agent }: JourneyContext<HttpClient>) => {
    await target.get(`/items/${agent.id}`, { step: 'get' })
  },
}

/** Bytes an agent keeps while it waits, after it has done a request. */
async function bytesAnIdleAgent(kind: Kind, agents: number): Promise<number> {
  const think: StepPlan = { kind: 'think', time: { minMs: LONG_MS, maxMs: LONG_MS } }
  const steps = kind === 'code' ? null : [requestStep('call', { input: 1 }), think]
  const target = { plugin: 'function', config: { handler: { $code: 'handler' } } }
  const before = usedBytes()
  const shard = await startShard(closedPlan(agents, target, { name: 'idle', weight: 1, steps }, 6_000), code)
  await sleep(5_000)
  const bytes = (usedBytes() - before) / agents
  await shard.stop()
  return bytes
}

/** Bytes of heap that one request over HTTP allocates, by V8's sampling of allocations, what was collected included. */
async function bytesARequest(kind: Kind, url: string): Promise<number> {
  const steps = kind === 'code' ? null : [requestStep('get', { method: 'GET', path: '/' })]
  const plan = closedPlan(CONNECTIONS, httpAt(url), { name: 'get', weight: 1, steps }, 0)
  const shard = await startShard(plan, code)
  await sleep(WARM_UP_MS)
  const session = new Session()
  session.connect()
  await session.post('HeapProfiler.startSampling', SAMPLING)
  const before = shard.requests()
  await sleep(ALLOCATING_MS)
  const requests = shard.requests() - before
  const { profile } = await session.post('HeapProfiler.stopSampling')
  session.disconnect()
  await shard.stop()
  printPlaces(kind, profile.head, requests)
  return bytesOf(profile.head) / requests
}

type SampledNode = HeapProfiler.SamplingHeapProfileNode

function bytesOf(node: SampledNode): number {
  return node.selfSize + node.children.reduce((sum, child) => sum + bytesOf(child), 0)
}

/** Who allocates most: the first thing to look at when the figure is too large. */
function printPlaces(kind: Kind, head: SampledNode, requests: number): void {
  const bytes = new Map<string, number>()
  const visit = (node: SampledNode) => {
    const { functionName, lineNumber } = node.callFrame
    const place = `${functionName || '(anonymous)'}:${lineNumber}`
    bytes.set(place, (bytes.get(place) ?? 0) + node.selfSize)
    for (const child of node.children) visit(child)
  }
  visit(head)
  const most = [...bytes].sort(([, a], [, b]) => b - a).slice(0, 12)
  process.stderr.write(
    `${kind}, bytes a request: ${most.map(([place, of]) => `${place} ${Math.round(of / requests)}`).join(', ')}
`,
  )
}

function usedBytes(): number {
  if (gc === undefined) throw new Error('run with --expose-gc')
  gc()
  gc()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

const rows: BenchRow[] = []
const nginx = await startNginx()
for (const [kind, idleAtMost, requestAtMost] of [
  ['steps', 64, 300],
  ['code', 1024, 1024],
] as const) {
  const allocated = [await bytesARequest(kind, nginx.url), await bytesARequest(kind, nginx.url)]
  rows.push({
    work: `bytes allocated a request, ${kind}`,
    bar: { atMost: requestAtMost },
    figure: Math.max(...allocated),
    raw: allocated.map(brief).join(' '),
  })
  // Once before, so that code that is loaded and compiled is not counted.
  await bytesAnIdleAgent(kind, 1_000)
  const idle = await bytesAnIdleAgent(kind, AGENTS)
  rows.push({
    work: `bytes an idle agent, ${kind}`,
    bar: { atMost: idleAtMost },
    figure: idle,
    raw: `${AGENTS} agents`,
  })
}
await nginx.close()
reportRows(`Memory, node ${process.version}`, rows)
