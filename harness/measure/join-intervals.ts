/** Joins neighbouring intervals of a run, so that a series gets shorter without losing a request. */
import { addNumbers, addTallies } from '../base/add-numbers.ts'
import type { ShardSpans, Span } from '../model/interval-snapshot.ts'
import type { IntervalStep, MergedInterval } from '../model/merged-interval.ts'
import { addWorkloads } from './counts.ts'
import { sumOf } from './sparse-counts.ts'

/** Joins neighbours, at least one of them. */
export function joinIntervals(intervals: readonly MergedInterval[]): MergedInterval {
  return intervals.reduce(joinTwo)
}

/** Joins two neighbouring intervals: counts add up, CPU is the mean, gauges are the later ones, health is the worse. */
function joinTwo(a: MergedInterval, b: MergedInterval): MergedInterval {
  const [aMs, bMs] = [a.endMs - a.startMs, b.endMs - b.startMs]
  const mean: Join<number> = (left, right) => (left * aMs + right * bMs) / (aMs + bMs)
  return {
    ...b,
    startMs: a.startMs,
    phase: a.phase,
    target: joinTargets(a.target, b.target, mean),
    probes: joinByName(a.probes, b.probes, (left, right) => joinProbes(left, right, mean)),
    generator: {
      ...b.generator,
      cpuCores: mean(a.generator.cpuCores, b.generator.cpuCores),
      stealRatio: joinKnown(a.generator.stealRatio, b.generator.stealRatio, Math.max),
      machineCpuRatio: joinKnown(a.generator.machineCpuRatio, b.generator.machineCpuRatio, mean),
      clockStepMs: a.generator.clockStepMs + b.generator.clockStepMs,
    },
    dispatch: addNumbers(a.dispatch, b.dispatch),
    ...addWorkloads(a.workloads, b.workloads, true),
    steps: joinByName(a.steps, b.steps, joinSteps),
    errors: addTallies([a.errors, b.errors]),
    components: joinByName(a.components, b.components, addNumbers),
    startDelayP99Ms: joinKnown(a.startDelayP99Ms, b.startDelayP99Ms, Math.max),
    lowerBoundFromMs: joinKnown(a.lowerBoundFromMs, b.lowerBoundFromMs, Math.min),
    spans: joinSpans(a.spans, b.spans),
    health: {
      eventLoopUtilization: Math.max(a.health.eventLoopUtilization, b.health.eventLoopUtilization),
      loopDelayMaxMs: Math.max(a.health.loopDelayMaxMs, b.health.loopDelayMaxMs),
      gcPauseMaxMs: Math.max(a.health.gcPauseMaxMs, b.health.gcPauseMaxMs),
      cpuRatio: joinKnown(a.health.cpuRatio, b.health.cpuRatio, Math.max),
      runQueueWaitRatio: joinKnown(a.health.runQueueWaitRatio, b.health.runQueueWaitRatio, Math.max),
    },
  }
}

/** Adds counts that came late to the interval that they belong to: gauges add up as well, because others told of them. */
export function joinLate(a: MergedInterval, late: MergedInterval): MergedInterval {
  const joined = joinTwo(a, late)
  return {
    ...joined,
    startMs: a.startMs,
    endMs: a.endMs,
    generator: a.generator,
    target: a.target,
    probes: a.probes,
    consumerLag: a.consumerLag,
    activeAgents: a.activeAgents + late.activeAgents,
    backlog: a.backlog + late.backlog,
    inFlight: a.inFlight + late.inFlight,
    regions: addTallies([a.regions, late.regions]),
    ...addWorkloads(a.workloads, late.workloads),
  }
}

type Join<T> = (left: T, right: T) => T

/** Joins both values, or returns the known one. */
export function joinKnown<T>(left: T | null, right: T | null, join: Join<T>): T | null {
  return left === null || right === null ? (left ?? right) : join(left, right)
}

/** Joins records of the same kind by name; a name in only one of them keeps its value. */
export function joinByName<T>(
  a: Readonly<Record<string, T>>,
  b: Readonly<Record<string, T>>,
  join: Join<T>,
): Record<string, T> {
  const joined = new Map(Object.entries(a))
  for (const [name, right] of Object.entries(b)) {
    const left = joined.get(name)
    joined.set(name, left === undefined ? right : join(left, right))
  }
  return Object.fromEntries(joined)
}

/** Joins the counts of steps, packed: a long run holds many of them. */
function joinSteps(
  { counts: left, ...a }: IntervalStep,
  { counts: right, ...b }: IntervalStep,
): IntervalStep {
  return { ...addNumbers(a, b), counts: new Uint32Array(sumOf([left, right])) }
}

function joinTargets(
  a: MergedInterval['target'],
  b: MergedInterval['target'],
  mean: Join<number>,
): MergedInterval['target'] {
  if (a === null || b === null) return b
  return { ...b, cpuCores: mean(a.cpuCores, b.cpuCores), cpuRatio: joinKnown(a.cpuRatio, b.cpuRatio, mean) }
}

type Probe = MergedInterval['probes'][string]

/**
 * Joins probes. CPU is the mean and memory the later value, as for the target. Of any other figure it keeps the higher one: a
 * pause
 * or a delay that was too long is still found when its second is joined with calm ones.
 */
function joinProbes(a: Probe, b: Probe, mean: Join<number>): Probe {
  return joinKnown(a, b, (left, right) => ({
    cpuCores: joinKnown(left.cpuCores, right.cpuCores, mean),
    cpuRatio: joinKnown(left.cpuRatio, right.cpuRatio, mean),
    rssBytes: right.rssBytes ?? left.rssBytes,
    memoryRatio: right.memoryRatio ?? left.memoryRatio,
    value: joinKnown(left.value, right.value, Math.max),
  }))
}

/** Joins spans, from the first instant to the last. */
export function joinSpans(a: ShardSpans, b: ShardSpans): ShardSpans {
  return {
    answered: joinKnown(a.answered, b.answered, joinSpan),
    lost: joinKnown(a.lost, b.lost, (left, right) => ({
      ...joinSpan(left, right),
      lastFromMs: Math.max(left.lastFromMs, right.lastFromMs),
    })),
  }
}

function joinSpan(a: Span, b: Span): Span {
  return { fromMs: Math.min(a.fromMs, b.fromMs), toMs: Math.max(a.toMs, b.toMs) }
}
