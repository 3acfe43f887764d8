/**
 * The test of a single candidate run against the noise that is plausible on any machine: what decides without confirmation, and
 * what makes one of many steps suspect. The variance between runs is moderated as ever; that within runs is each side's own,
 * because one noisy stored run says nothing about the candidate.
 */
import { mean } from 'simple-statistics'
import type { ComparedMetric } from '../../model/run-summary.ts'
import { tQuantile, tUpperTail } from '../distributions.ts'
import { isPercentile } from './compared-time.ts'
import { DEFAULT_COMPARISON } from './comparison-settings.ts'
import { moderatedTest, type NoiseFloor, type Observation } from './moderated-test.ts'

/** Confidence of the least change that decides without confirmation. */
const OVERWHELMING = 0.999
/**
 * Runs' worth of what is known of the noise of a percentile before the first run, as much as a learned floor is ever given. It
 * matters little while many runs decide (STATS section 5.3); but one run beside another has no noise of its own, and with 4
 * it would see nothing below +56 %.
 */
const D0_OF_PERCENTILES = 20

/** The result of a plausible test. */
export interface PlausibleTest {
  /** The least change that fits the figures, on the scale of the metric: the lower end of a one-sided 99.9 % interval. */
  readonly lowest: number
  /** One-sided: how likely at least this difference is without a change. */
  readonly p: number
}

/** The noise that one run is held against: what a few stored runs have taught counts where it is more than usual. */
export function plausibleNoise({ s0, d0 }: NoiseFloor, metric: ComparedMetric): NoiseFloor {
  const usual = DEFAULT_COMPARISON.noise[metric]
  return {
    s0: Math.max(s0, usual.s0),
    d0: isPercentile(metric) ? Math.max(d0, D0_OF_PERCENTILES) : Math.max(d0, usual.d0),
  }
}

/** Candidate against baseline; runs that were only repeated are one observation. @param noise from `plausibleNoise` */
export function plausibleTest(
  baseline: readonly Observation[],
  candidate: readonly Observation[],
  noise: NoiseFloor,
): PlausibleTest {
  const { theta, v, df } = moderatedTest(baseline, candidate, noise)
  const baselineW = mean(baseline.map(({ w }) => w))
  const candidateW = mean(candidate.map(({ w }) => w))
  const own = Math.max(v + candidateW - baselineW, noise.s0 ** 2 + candidateW)
  const se = Math.sqrt(v / baseline.length + own / candidate.length)
  return { lowest: theta - tQuantile(OVERWHELMING, df) * se, p: tUpperTail(theta / se, df) }
}
