/**
 * A metric over months (STATS section 11): the newest run against the runs just before it, for what happened tonight; the
 * newest against the first ones, for what crept in; and where the series changed, to say which night it was.
 */
import { mean } from 'simple-statistics'
import { isSearchMetric, type TrendMetric, type TrendPoint } from '../model/history.ts'
import { type ChangePoint, changePoints } from './change-points.ts'
import { DEFAULT_COMPARISON } from './comparison/comparison-settings.ts'
import { changeOf, errorRatioAt } from './comparison/metric-scale.ts'
import {
  moderatedTest,
  type NoiseFloor,
  type Observation,
  sessionOf,
  withoutOutliers,
} from './comparison/moderated-test.ts'
import { learnNoiseFloor } from './comparison/noise-floor.ts'

const SESSIONS = 10
/** So many of the newest runs are looked at for changes. */
export const CHANGE_WINDOW = 50
const ALPHA = 0.01
/** Nights in a row that the anchor has to be exceeded before it is a regression. */
const NIGHTS = 3

/** The newest run against some before it. */
export interface TrendTest {
  /** Sessions it was compared with. */
  readonly sessions: number
  /** 0.1 is 10 % worse; for error_ratio a difference of the ratio itself. */
  readonly change: number
  readonly p: number
  readonly state: 'OK' | 'SUSPECT' | 'REGRESSED'
}

export interface TrendChange {
  /** First run after it, and the last one before. */
  readonly run: TrendPoint
  readonly before: TrendPoint
  readonly change: number
}

export interface Trend {
  readonly metric: TrendMetric
  readonly points: readonly TrendPoint[]
  /** Null while there are fewer than two. */
  readonly rolling: TrendTest | null
  /** Null until there are more runs than an anchor takes. */
  readonly anchor: TrendTest | null
  readonly changes: readonly TrendChange[]
}

/** @param points in the order of time */
export function trendOf(metric: TrendMetric, points: readonly TrendPoint[]): Trend {
  return {
    metric,
    points,
    rolling: rollingTest(metric, points),
    anchor: anchorTest(metric, points),
    changes: changesOf(metric, points.slice(-CHANGE_WINDOW)),
  }
}

function rollingTest(metric: TrendMetric, points: readonly TrendPoint[]): TrendTest | null {
  const last = points.at(-1)
  const before = sessionsOf(points.slice(0, -1)).slice(-SESSIONS)
  if (last === undefined || before.length === 0) return null
  const found = compare(metric, before, last)
  return { ...found, state: found.isWorse ? 'SUSPECT' : 'OK' }
}

/** Once or twice worse than the anchor is a suspicion, three nights in a row is a regression. */
function anchorTest(metric: TrendMetric, points: readonly TrendPoint[]): TrendTest | null {
  const sessions = sessionsOf(points)
  if (sessions.length <= SESSIONS) return null
  const anchor = sessions.slice(0, SESSIONS)
  const latest = sessions
    .slice(SESSIONS)
    .slice(-NIGHTS)
    .map((session) => compare(metric, anchor, session))
  const found = latest.at(-1)
  if (found === undefined) return null
  const isLasting = latest.length === NIGHTS && latest.every(({ isWorse }) => isWorse)
  const suspicion = found.isWorse ? 'SUSPECT' : 'OK'
  return { ...found, state: isLasting ? 'REGRESSED' : suspicion }
}

function compare(metric: TrendMetric, before: readonly Observation[], now: Observation) {
  const noise = learnNoiseFloor(before) ?? noiseOf(metric)
  const kept = withoutOutliers(before, noise.s0)
  const { theta, p } = moderatedTest(kept, [now], noise)
  const margin = marginOf(metric)
  return {
    sessions: kept.length,
    change: changeOf(metric, theta, errorRatioAt(mean(kept.map(({ y }) => y)))),
    p,
    isWorse: theta >= margin && theta > 0 && p <= ALPHA,
  }
}

/** A search that is as precise as it is by default differs this much from the next one, and less is no change. */
const SEARCH_NOISE: NoiseFloor = { s0: 0.03, d0: 4 }
const SEARCH_MARGIN = 0.05

function noiseOf(metric: TrendMetric): NoiseFloor {
  return isSearchMetric(metric) ? SEARCH_NOISE : DEFAULT_COMPARISON.noise[metric]
}

/** On the scale of the metric; of errors any certain rise counts. */
function marginOf(metric: TrendMetric): number {
  if (isSearchMetric(metric)) return Math.log(1 + SEARCH_MARGIN)
  return metric === 'error_ratio' ? 0 : Math.log(1 + DEFAULT_COMPARISON.margins[metric])
}

/** Neighbours of one session are one observation. */
function sessionsOf(points: readonly TrendPoint[]): Observation[] {
  const sessions: TrendPoint[][] = []
  for (const point of points) {
    const last = sessions.at(-1)
    if (last?.[0]?.session === point.session) last.push(point)
    else sessions.push([point])
  }
  return sessions.map(sessionOf)
}

function changesOf(metric: TrendMetric, points: readonly TrendPoint[]): TrendChange[] {
  const margin = marginOf(metric)
  return changePoints(points.map(({ y }) => y))
    .filter(({ before, after }: ChangePoint) => Math.abs(after - before) >= margin)
    .map(({ index, before, after }) => ({
      run: points[index] as TrendPoint,
      before: points[index - 1] as TrendPoint,
      change: changeOf(metric, after - before, errorRatioAt(before)),
    }))
}
