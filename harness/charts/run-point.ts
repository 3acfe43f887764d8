/** Points of a series from intervals of a run, stored or live: one arithmetic for both. */
import { sum } from 'simple-statistics'
import { completedOf } from '../measure/counts.ts'
import type { RecordInterval } from '../model/record-interval.ts'
import type { ResourceUse, RunPoint } from '../model/run-point.ts'
import { fourDigits } from './four-digits.ts'

/** An interval, whatever its histograms are stored as. */
export type PointInterval = Omit<RecordInterval, 'steps'> & {
  readonly steps: Readonly<Record<string, Parameters<typeof completedOf>[0]>>
}

/** A point that knows nothing but its stretch of time. */
export function emptyPoint(startMs: number, endMs: number): RunPoint {
  return {
    startMs,
    endMs,
    plannedPerSec: null,
    startedPerSec: null,
    requestsPerSec: null,
    percentilesMs: {},
    errorsPerSec: {},
    componentMs: {},
    target: null,
    probes: {},
    startDelayP99Ms: null,
    loopBusyRatio: null,
    coreWaitRatio: null,
    activeAgents: null,
    inFlight: null,
    backlog: null,
    regions: {},
  }
}

/**
 * The point of an interval.
 * @param loadMs when load ends: beyond it nothing is begun, which is no lower rate
 * @param percentilesMs response times of the interval, by name
 */
export function runPointOf(
  interval: PointInterval,
  loadMs: number,
  percentilesMs: RunPoint['percentilesMs'],
): RunPoint {
  const { startMs, endMs, dispatch, health } = interval
  const seconds = Math.max(0.001, (endMs - startMs) / 1000)
  const completed = sum(Object.values(interval.steps).map(completedOf))
  const whileLoaded = (count: number) =>
    loadMs >= (startMs + endMs) / 2 ? fourDigits(count / seconds) : null
  return {
    startMs,
    endMs,
    plannedPerSec: whileLoaded(dispatch.planned),
    startedPerSec: whileLoaded(dispatch.started),
    requestsPerSec: whileLoaded(completed),
    percentilesMs,
    errorsPerSec: mapped(interval.errors, (count) => fourDigits(count / seconds)),
    componentMs: mapped(interval.components, ({ sumUs }) =>
      fourDigits(sumUs / 1000 / Math.max(1, completed)),
    ),
    target: interval.target === null ? null : useOf(interval.target),
    probes: mapped(interval.probes, useOf),
    startDelayP99Ms: known(interval.startDelayP99Ms),
    loopBusyRatio: known(health.eventLoopUtilization),
    coreWaitRatio: known(health.runQueueWaitRatio),
    activeAgents: interval.activeAgents,
    inFlight: interval.inFlight,
    backlog: interval.backlog,
    regions: interval.regions,
  }
}

/** The value as a chart takes it: null where there is none. */
function known(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : fourDigits(value)
}

function useOf(sample: ResourceUse | null): ResourceUse {
  return { cpuCores: known(sample?.cpuCores ?? null), rssBytes: known(sample?.rssBytes ?? null) }
}

function mapped<From, To>(record: Readonly<Record<string, From>>, map: (value: From) => To) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]))
}
