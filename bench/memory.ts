/**
 * What an idle agent takes, and what a request allocates: whole shards in this process, in front of a function target,
 * heap and typed arrays measured after a full collection. `npm run bench:memory`
 */
import { createSystemClock } from '../harness/base/clock.ts'
import { compileProgram, createDrivers } from '../harness/cluster/compile-program.ts'
import { createJourneyContexts } from '../harness/cluster/journey-context.ts'
import { CodeAgents } from '../harness/engine/code-agents.ts'
import { Recorder } from '../harness/engine/recorder.ts'
import { ShardEngine } from '../harness/engine/shard-engine.ts'
import { allocateShardCounters } from '../harness/engine/shard-memory.ts'
import { VariableStore } from '../harness/engine/variables.ts'
import type { JourneyContext } from '../harness/ports/journey.ts'
import type { FunctionClient } from '../harness/targets/function.ts'
import { aRunPlan, aWorkload } from '../test/kit/plan-builders.ts'
import { type BenchRow, reportRows } from './kit/report.ts'

const AGENTS = 100_000
const LONG_MS = 3_600_000

/** The functions of the scenario, by their path. */
const code: Readonly<Record<string, unknown>> = {
  handler: () => 'ok',
  'journeys.idle.run': async ({ target, agent }: JourneyContext<FunctionClient>) => {
    await target.call(1)
    await agent.think('1h')
  },
}

/** Bytes an agent keeps while it waits, after it has done a request. */
async function bytesAnIdleAgent(kind: 'steps' | 'code', agents: number): Promise<number> {
  const before = usedBytes()
  const clock = createSystemClock()
  const request = {
    kind: 'request' as const,
    name: 'call',
    target: 'main',
    request: { input: 1 },
    expect: [],
    extract: {},
    timeouts: { connectMs: LONG_MS, firstByteMs: LONG_MS, totalMs: LONG_MS },
    retry: null,
    followUps: [],
  }
  const think = { minMs: LONG_MS, maxMs: LONG_MS }
  const workload = aWorkload({
    model: 'closed',
    agents,
    curve: { kind: 'constant', value: agents, durationMs: 2 * LONG_MS },
    // First starts are spread over half of this.
    think: { minMs: 0, maxMs: 6_000 },
  })
  const plan = aRunPlan({
    durationMs: 2 * LONG_MS,
    workload,
    targets: { main: { plugin: 'function', config: { handler: 'handler' } } },
    journeys: [
      { name: 'idle', weight: 1, steps: kind === 'code' ? null : [request, { kind: 'think', time: think }] },
    ],
  })
  const share = { runId: 'bench', plan, module: null, shard: 0, shardCount: 1, setupValue: undefined }
  const drivers = createDrivers(share, (path) => code[path], clock)
  const variables = new VariableStore(new Map(), new Map(), false)
  const counters = new Float64Array(allocateShardCounters(0))
  const engine = new ShardEngine({
    plan,
    program: compileProgram(plan, drivers, (path) => code[path]),
    demand: { model: 'closed', agentsAt: () => agents, identityOf: (agent) => agent },
    agents,
    recorder: new Recorder([{ name: 'steady', endMs: Number.POSITIVE_INFINITY }], () => undefined),
    counters,
    variables,
    codeAgents:
      kind === 'code'
        ? new CodeAgents(createJourneyContexts({ drivers, variables, setupValue: undefined }), clock)
        : null,
    clock,
    startMs: clock.nowMs(),
    onCodeError: (message) => {
      throw new Error(message)
    },
  })
  const running = engine.run()
  await new Promise((resolve) => setTimeout(resolve, 5_000))
  const bytes = (usedBytes() - before) / agents
  engine.stop(0)
  await running
  for (const driver of drivers.values()) await driver.close()
  return bytes
}

function usedBytes(): number {
  if (gc === undefined) throw new Error('run with --expose-gc')
  gc()
  gc()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

const rows: BenchRow[] = []
for (const [kind, atMost] of [
  ['steps', 64],
  ['code', 1024],
] as const) {
  // Once before, so that code that is loaded and compiled is not counted.
  await bytesAnIdleAgent(kind, 1_000)
  const bytes = await bytesAnIdleAgent(kind, AGENTS)
  rows.push({ work: `bytes an idle agent, ${kind}`, bar: { atMost }, figure: bytes, raw: `${AGENTS} agents` })
}
reportRows(`Memory, node ${process.version}`, rows)
