/** The resources that were exhausted in a stretch of a run, beside the requests that were slow or failed there. */
import { mean } from 'simple-statistics'
import type { MeasuredInterval } from './measured-view.ts'

/** Used this far, a resource has nothing left. */
const LIMIT_RATIO = 0.9
/** It was for more than this share of the intervals: one alone is a burst, not a limit. */
const LIMIT_SHARE = 0.5

export interface SaturatedResource {
  /** `target CPU`, or a probe's name in its place. */
  readonly name: string
  /** The mean share of the limit, in the intervals in which it was reached. */
  readonly ratio: number
}

/** The one that was at its limit longest; null when none was for most of the intervals. */
export function saturatedResource(intervals: readonly MeasuredInterval[]): SaturatedResource | null {
  const ratios = new Map<string, number[]>()
  for (const [name, ratio] of intervals.flatMap(usedRatios))
    if (ratio !== null && ratio >= LIMIT_RATIO) ratios.set(name, [...(ratios.get(name) ?? []), ratio])
  const [longest] = [...ratios].sort(([, a], [, b]) => b.length - a.length)
  if (longest === undefined || longest[1].length <= LIMIT_SHARE * intervals.length) return null
  return { name: longest[0], ratio: mean(longest[1]) }
}

type Ratio = readonly [name: string, ratio: number | null]

function usedRatios({ target, probes }: MeasuredInterval): Ratio[] {
  return [
    ['target CPU', target?.cpuRatio ?? null],
    ['target memory', target?.memoryRatio ?? null],
    ...Object.entries(probes).flatMap(([name, sample]): Ratio[] => [
      [`${name} CPU`, sample?.cpuRatio ?? null],
      [`${name} memory`, sample?.memoryRatio ?? null],
    ]),
  ]
}
