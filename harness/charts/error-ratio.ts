/** The share of bad ends over time, step by step. */
import { sum } from 'simple-statistics'
import { lookUp } from '../base/names.ts'
import { badOf, completedOf } from '../measure/counts.ts'
import type { LineChart } from '../model/chart.ts'
import type { RecordInterval } from '../model/record-interval.ts'
import { fourDigits } from './four-digits.ts'
import { line, placeColour } from './lines.ts'
import type { RecordSeries } from './record-series.ts'
import { boundsOn, chartOver } from './run-series.ts'

/** Steps that readers tell apart. */
const STEPS_MAX = 7

/** Null when every request ended well. */
export function errorRatioOverTime(series: RecordSeries): LineChart | null {
  const { summary } = series.verdict
  if (summary.errorRatio === 0) return null
  const steps = Object.entries(summary.steps)
    .filter(([, { errorRatio }]) => errorRatio > 0)
    .sort(([, a], [, b]) => b.errorRatio - a.errorRatio)
    .slice(0, STEPS_MAX)
  const ratios = (step: string | null) => series.intervals.map((interval) => badRatio(interval, step))
  return chartOver(series.overTime(null), {
    id: 'error-ratio',
    title: 'Error ratio by step',
    note: 'Share of the completed requests that failed.',
    label: 'error ratio',
    unit: 'ratio',
    lines: [
      line('all steps', 'quiet', 'dashed', ratios(null)),
      ...steps.map(([step], i) => line(step, placeColour(i), 'solid', ratios(step))),
    ],
    bounds: boundsOn(series.bounds, 'errorRatio'),
  })
}

/** Null where no request ended. @param step null for all */
function badRatio({ steps }: RecordInterval, step: string | null): number | null {
  const wanted = Object.keys(steps).filter((name) => step === null || name === step)
  const counts = wanted.flatMap((name) => lookUp(steps, name) ?? [])
  const ended = sum(counts.map(completedOf))
  return ended === 0 ? null : fourDigits(sum(counts.map(badOf)) / ended)
}
