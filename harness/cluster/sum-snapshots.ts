/**
 * The sum of snapshots as one of their kind: what the threads of a host counted in a second, or all hosts. Associative and
 * commutative, so that it does not matter who adds up first.
 */
import { addNumbers, addTallies } from '../base/add-numbers.ts'
import { CheckTally, ConcurrencyTally } from '../measure/code-counts.ts'
import { addSteps, addWorkloads, cellName, stepName } from '../measure/counts.ts'
import { DenseHistogram } from '../measure/dense-histogram.ts'
import { joinKnown, joinSpans } from '../measure/join-intervals.ts'
import { MessageTally } from '../measure/message-tally.ts'
import type { CellDelta, IntervalSnapshot, StepCounts } from '../model/interval-snapshot.ts'
import { MergedFailures, TEXTS_MAX } from './merged-failures.ts'
import { SlowestRequests } from './slowest-requests.ts'

/** The identity of a sum among those of its run. */
export type SumIdentity = Pick<IntervalSnapshot, 'shard' | 'epoch' | 'sequence'>

/** Adds up snapshots, at least one; of their health it keeps the worst. */
export function sumSnapshots(parts: readonly IntervalSnapshot[], identity: SumIdentity): IntervalSnapshot {
  const [first, ...others] = parts as readonly [IntervalSnapshot, ...IntervalSnapshot[]]
  const slowest = new SlowestRequests()
  const failures = new MergedFailures()
  const checks = new CheckTally()
  const messages = new MessageTally()
  const concurrency = new ConcurrencyTally()
  const steps = new Map<string, StepCounts>()
  for (const part of parts) {
    for (const request of part.slowest) slowest.add(request)
    for (const each of part.failures) failures.add(each)
    for (const { phase, check, passed, failed } of part.checks) checks.add(phase, check, passed, failed)
    for (const counts of part.messages) messages.add(counts)
    for (const each of part.concurrency) concurrency.add(each.phase, each.journey, each)
    for (const counts of part.steps)
      steps.set(stepName(counts), addSteps(steps.get(stepName(counts)), counts))
  }
  return {
    ...identity,
    runId: first.runId,
    startMs: Math.min(...parts.map(({ startMs }) => startMs)),
    endMs: Math.max(...parts.map(({ endMs }) => endMs)),
    cells: sumCells(parts),
    steps: [...steps.values()],
    dispatch: parts.map(({ dispatch }) => dispatch).reduce(addNumbers),
    ...workloadsOf(parts),
    escalations: addTallies(parts.map(({ escalations }) => escalations)),
    gauges: parts.map(({ gauges }) => gauges).reduce(addGauges),
    health: others.map(({ health }) => health).reduce(worseHealth, first.health),
    spans: parts.map(({ spans }) => spans).reduce(joinSpans),
    slowest: slowest
      .list()
      .flatMap(({ step, requests }) => requests.map((request) => ({ ...request, step }))),
    failures: failures.list(TEXTS_MAX),
    checks: checks.list(),
    messages: messages.list(),
    concurrency: concurrency.list(),
  }
}

function sumCells(parts: readonly IntervalSnapshot[]): CellDelta[] {
  const byName = new Map<string, CellDelta[]>()
  for (const cell of parts.flatMap(({ cells }) => cells)) {
    const name = cellName(cell.key)
    const same = byName.get(name)
    if (same === undefined) byName.set(name, [cell])
    else same.push(cell)
  }
  return [...byName.values()].map(sumOfOneCell)
}

function sumOfOneCell(cells: readonly CellDelta[]): CellDelta {
  const [first] = cells as readonly [CellDelta]
  if (cells.length === 1) return first
  const histogram = new DenseHistogram()
  for (const { counts } of cells) histogram.add(counts)
  return {
    key: first.key,
    counts: histogram.sparse().counts,
    sumUs: cells.reduce((sum, { sumUs }) => sum + sumUs, 0),
    overflowCount: cells.reduce((sum, { overflowCount }) => sum + overflowCount, 0),
    over: addTallies(cells.map(({ over }) => over)),
  }
}

function workloadsOf(parts: readonly IntervalSnapshot[]): Pick<IntervalSnapshot, 'workloads'> {
  return parts.reduce<Pick<IntervalSnapshot, 'workloads'>>(
    (sum, { workloads }) => addWorkloads(sum.workloads, workloads),
    {},
  )
}

type Gauges = IntervalSnapshot['gauges']

function addGauges({ regions, ...a }: Gauges, { regions: moreRegions, ...b }: Gauges): Gauges {
  return { ...addNumbers(a, b), regions: addTallies([regions, moreRegions]) }
}

type Health = IntervalSnapshot['health']

function worseHealth(a: Health, b: Health): Health {
  return {
    eventLoopUtilization: Math.max(a.eventLoopUtilization, b.eventLoopUtilization),
    loopDelayMaxMs: Math.max(a.loopDelayMaxMs, b.loopDelayMaxMs),
    gcPauseMaxMs: Math.max(a.gcPauseMaxMs, b.gcPauseMaxMs),
    gcTotalMs: Math.max(a.gcTotalMs, b.gcTotalMs),
    cpuRatio: joinKnown(a.cpuRatio, b.cpuRatio, Math.max),
    runQueueWaitRatio: joinKnown(a.runQueueWaitRatio, b.runQueueWaitRatio, Math.max),
  }
}
