/** Neighbouring intervals of a run as one: how a series gets shorter without losing a request. */
import { addNumbers, addTallies } from '../base/add-numbers.ts'
import { lookUp } from '../base/names.ts'
import type { LostSpan, ShardSpans, Span } from '../model/interval-snapshot.ts'
import type { IntervalStep, MergedInterval } from '../model/merged-interval.ts'
import { sumOf } from './sparse-counts.ts'

/** Neighbours as one, at least one of them. */
export function joinIntervals(intervals: readonly MergedInterval[]): MergedInterval {
  return intervals.reduce(joinTwo)
}

/** Two neighbouring intervals as one: counts add up, CPU is the mean, gauges are the later ones, health is the worse. */
function joinTwo(a: MergedInterval, b: MergedInterval): MergedInterval {
  return {
    ...b,
    startMs: a.startMs,
    phase: a.phase,
    target: joinTargets(a, b),
    probes: joinProbes(a, b),
    generator: {
      ...b.generator,
      cpuCores: meanOf(a, b, ({ generator }) => generator.cpuCores),
      stealRatio: maxKnown(a.generator.stealRatio, b.generator.stealRatio),
      clockStepMs: a.generator.clockStepMs + b.generator.clockStepMs,
    },
    dispatch: addNumbers(a.dispatch, b.dispatch),
    steps: joinByName(a.steps, b.steps, joinSteps),
    errors: addTallies([a.errors, b.errors]),
    components: joinByName(a.components, b.components, addNumbers),
    startDelayP99Ms: maxKnown(a.startDelayP99Ms, b.startDelayP99Ms),
    lowerBoundFromMs: minKnown(a.lowerBoundFromMs, b.lowerBoundFromMs),
    spans: joinSpans(a.spans, b.spans),
    health: {
      eventLoopUtilization: Math.max(a.health.eventLoopUtilization, b.health.eventLoopUtilization),
      loopDelayMaxMs: Math.max(a.health.loopDelayMaxMs, b.health.loopDelayMaxMs),
      gcPauseMaxMs: Math.max(a.health.gcPauseMaxMs, b.health.gcPauseMaxMs),
      cpuRatio: maxKnown(a.health.cpuRatio, b.health.cpuRatio),
      runQueueWaitRatio: maxKnown(a.health.runQueueWaitRatio, b.health.runQueueWaitRatio),
    },
  }
}

/** Records of the same kind by name; a name that only one has keeps its value. */
function joinByName<T>(
  a: Readonly<Record<string, T>>,
  b: Readonly<Record<string, T>>,
  join: (left: T, right: T) => T,
): Record<string, T> {
  const joined = new Map(Object.entries(a))
  for (const [name, right] of Object.entries(b)) {
    const left = joined.get(name)
    joined.set(name, left === undefined ? right : join(left, right))
  }
  return Object.fromEntries(joined)
}

/** Counts are packed: a long run holds many of them. */
function joinSteps(
  { counts: left, ...a }: IntervalStep,
  { counts: right, ...b }: IntervalStep,
): IntervalStep {
  return { ...addNumbers(a, b), counts: new Uint32Array(sumOf([left, right])) }
}

/** Mean over both, by their lengths. */
function meanOf(a: MergedInterval, b: MergedInterval, pick: (interval: MergedInterval) => number): number {
  const aMs = a.endMs - a.startMs
  const bMs = b.endMs - b.startMs
  return (pick(a) * aMs + pick(b) * bMs) / (aMs + bMs)
}

/** The same for what may be unknown; the known one when the other is not. */
function meanKnown(
  a: MergedInterval,
  b: MergedInterval,
  pick: (interval: MergedInterval) => number | null | undefined,
): number | null {
  const [left, right] = [pick(a) ?? null, pick(b) ?? null]
  if (left === null || right === null) return left ?? right
  return meanOf(a, b, (interval) => pick(interval) ?? 0)
}

function joinTargets(a: MergedInterval, b: MergedInterval): MergedInterval['target'] {
  if (a.target === null || b.target === null) return b.target
  return {
    ...b.target,
    cpuCores: meanOf(a, b, ({ target }) => target?.cpuCores ?? 0),
    cpuRatio: meanKnown(a, b, ({ target }) => target?.cpuRatio),
  }
}

/**
 * CPU is the mean and memory the later one, as for the target. Of any other figure the higher one: a pause or a delay that
 * was too long is still found when its second is merged with calm ones.
 */
function joinProbes(a: MergedInterval, b: MergedInterval): MergedInterval['probes'] {
  // A journal of an older version has none.
  const names = Object.keys({ ...a.probes, ...b.probes })
  return Object.fromEntries(names.map((name) => [name, joinProbe(a, b, name)]))
}

function joinProbe(a: MergedInterval, b: MergedInterval, name: string): MergedInterval['probes'][string] {
  const [left = null, right = null] = [a, b].map(({ probes }) => lookUp(probes ?? {}, name))
  if (left === null || right === null) return left ?? right
  return {
    cpuCores: meanKnown(a, b, ({ probes }) => lookUp(probes, name)?.cpuCores),
    cpuRatio: meanKnown(a, b, ({ probes }) => lookUp(probes, name)?.cpuRatio),
    rssBytes: right.rssBytes ?? left.rssBytes,
    memoryRatio: right.memoryRatio ?? left.memoryRatio,
    value: maxKnown(left.value, right.value),
  }
}

function maxKnown(left: number | null, right: number | null): number | null {
  return left === null || right === null ? (left ?? right) : Math.max(left, right)
}

/** The lower of two figures, or the one that is known. */
export function minKnown(left: number | null, right: number | null): number | null {
  return left === null || right === null ? (left ?? right) : Math.min(left, right)
}

/** Spans of both, from the first instant to the last. */
export function joinSpans(a: ShardSpans, b: ShardSpans): ShardSpans {
  return { answered: joinSpan(a.answered, b.answered), lost: joinLost(a.lost, b.lost) }
}

function joinSpan(a: Span | null, b: Span | null): Span | null {
  if (a === null || b === null) return a ?? b
  return { fromMs: Math.min(a.fromMs, b.fromMs), toMs: Math.max(a.toMs, b.toMs) }
}

function joinLost(a: LostSpan | null, b: LostSpan | null): LostSpan | null {
  const span = joinSpan(a, b)
  if (span === null) return null
  return { ...span, lastFromMs: Math.max(a?.lastFromMs ?? 0, b?.lastFromMs ?? 0) }
}
