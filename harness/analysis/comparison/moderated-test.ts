/**
 * Is the candidate worse, when runs differ anyway? The run-to-run variance is estimated from the runs at hand and shrunk
 * towards a noise floor known before (Smyth, 2004), so that one stored run is usable without lying (STATS sections 4.2, 4.3).
 */
import { mean, median, sum } from 'simple-statistics'
import type { ScaledFigure } from '../../model/run-summary.ts'
import { tUpperTail } from '../distributions.ts'

/** One run, or one session of runs: its figure and how uncertain it is by itself. */
export type Observation = ScaledFigure

/** Run-to-run standard deviation expected of a machine, and how many runs' worth this knowledge is. */
export interface NoiseFloor {
  readonly s0: number
  readonly d0: number
}

export interface TestResult {
  /** Difference of means; positive is worse. */
  readonly theta: number
  readonly se: number
  readonly df: number
  /** Moderated variance between runs. */
  readonly v: number
  readonly t: number
  /** One-sided: how likely at least this difference is without a change. */
  readonly p: number
}

/** Candidate against baseline, runs unpaired. Both need at least one observation. */
export function moderatedTest(
  baseline: readonly Observation[],
  candidate: readonly Observation[],
  { s0, d0 }: NoiseFloor,
): TestResult {
  const baseMean = meanOf(baseline, ({ y }) => y)
  const candidateMean = meanOf(candidate, ({ y }) => y)
  const baseW = meanOf(baseline, ({ w }) => w)
  const candidateW = meanOf(candidate, ({ w }) => w)
  const squares = squaresAround(baseline, baseMean) + squaresAround(candidate, candidateMean)
  const df = d0 + baseline.length + candidate.length - 2
  const v = (d0 * (s0 ** 2 + baseW) + squares) / df
  const own = v + Math.max(0, candidateW - baseW)
  return resultOf(candidateMean - baseMean, Math.sqrt(v / baseline.length + own / candidate.length), df, v)
}

/** A baseline run and a candidate run of the same few minutes. */
export interface ObservedPair {
  readonly baseline: Observation
  readonly candidate: Observation
}

/** Candidate against baseline inside pairs: immune to what both members of a pair share. */
export function pairedTest(pairs: readonly ObservedPair[], { s0, d0 }: NoiseFloor): TestResult {
  const differences = pairs.map(({ baseline, candidate }) => candidate.y - baseline.y)
  const theta = mean(differences)
  const w = mean(pairs.map(({ baseline, candidate }) => baseline.w + candidate.w))
  const squares = sum(differences.map((difference) => (difference - theta) ** 2))
  const df = d0 + pairs.length - 1
  const v = (d0 * (s0 ** 2 + w) + squares) / df
  return resultOf(theta, Math.sqrt(v / pairs.length), df, v)
}

/** Candidate runs that were only repeated count as one session: repeating averages what varies within runs, no more. */
export function repeatedTest(
  baseline: readonly Observation[],
  candidate: readonly Observation[],
  { s0, d0 }: NoiseFloor,
): TestResult {
  const { theta, df, v } = moderatedTest(baseline, [sessionOf(candidate)], { s0, d0 })
  const w = meanOf(candidate, (observation) => observation.w)
  const own = Math.max(v - w, s0 ** 2 / 2) + w / candidate.length
  return resultOf(theta, Math.sqrt(v / baseline.length + own), df, v)
}

/** Runs of one session as the one observation that they are. */
export function sessionOf(runs: readonly Observation[]): Observation {
  return { y: meanOf(runs, ({ y }) => y), w: meanOf(runs, ({ w }) => w) / runs.length }
}

const SCREENED_FROM = 4
const SCREENED_SHARE = 0.25
/** The factor from the median absolute deviation to the standard deviation of a normal distribution. */
const MAD_SCALE = 1.4826

/** Drops at most a quarter of the observations: the farthest of those beyond three robust deviations of the median. */
export function withoutOutliers<T extends Observation>(observations: readonly T[], s0: number): readonly T[] {
  if (observations.length < SCREENED_FROM) return observations
  const values = observations.map(({ y }) => y)
  const centre = median(values)
  const limit = 3 * Math.max(MAD_SCALE * median(values.map((y) => Math.abs(y - centre))), s0)
  const beyond = observations
    .filter(({ y }) => Math.abs(y - centre) > limit)
    .sort((a, b) => Math.abs(b.y - centre) - Math.abs(a.y - centre))
    .slice(0, Math.floor(observations.length * SCREENED_SHARE))
  return observations.filter((observation) => !beyond.includes(observation))
}

function resultOf(theta: number, se: number, df: number, v: number): TestResult {
  const t = theta / se
  return { theta, se, df, v, t, p: tUpperTail(t, df) }
}

function meanOf(observations: readonly Observation[], pick: (observation: Observation) => number): number {
  return mean(observations.map(pick))
}

function squaresAround(observations: readonly Observation[], centre: number): number {
  return sum(observations.map(({ y }) => (y - centre) ** 2))
}
