/**
 * Time in which nobody got an answer although requests were made. Percentiles and ratios count requests, and agents of a
 * closed model that wait for a dead target make none: ten hung requests beside fourteen thousand good ones are 0.07 %.
 *
 * A request covers the time from its intended start to its end. A gap is a stretch that no answered request covers, and the
 * target was down in it when a request begun in it was lost: until the end of the last such request. One shorter than a second
 * is not counted. Agents of a closed model that wait on while the run drains are its demand; in an open model there is none
 * any more. An interval keeps only the first start and the last end of its requests, so a gap inside one is not seen.
 */
import type { LostSpan, Span } from '../model/interval-snapshot.ts'
import type { MeasuredView } from './measured-view.ts'

const SHORTEST_MS = 1000

/** Stretches of the measured part in which the target answered nobody, in order. */
export function downtimesOf({ plan, touched }: Pick<MeasuredView, 'plan' | 'touched'>): Span[] {
  const fromMs = plan.phases.find(({ measured }) => measured)?.startMs ?? 0
  const toMs = plan.workloads.some(({ model }) => model === 'closed')
    ? Number.POSITIVE_INFINITY
    : plan.durationMs
  const answered = touched.flatMap(({ spans }) => spans.answered ?? [])
  const lost = touched.flatMap(({ spans }) => spans.lost ?? [])
  return gapsOf(answered, { fromMs, toMs }).flatMap((gap) => {
    const down = lostWithin(lost, gap)
    return down === null || down.toMs - down.fromMs < SHORTEST_MS ? [] : [down]
  })
}

/** Downtime as a share of the measured time; null before anything was measured. */
export function downtimeRatio(view: MeasuredView): number | null {
  if (view.touched.length === 0 || view.measuredS <= 0) return null
  const downMs = downtimesOf(view).reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
  return Math.min(1, downMs / 1000 / view.measuredS)
}

/** Tells of each interval whether the target was down in some of it. */
export function downIn(
  view: Pick<MeasuredView, 'plan' | 'touched'>,
  intervals: readonly { readonly startMs: number; readonly endMs: number }[],
): boolean[] {
  const downtimes = downtimesOf(view)
  return intervals.map(({ startMs, endMs }) =>
    downtimes.some(({ fromMs, toMs }) => fromMs < endMs && toMs > startMs),
  )
}

/** Returns the parts of a stretch that no span covers. */
function gapsOf(spans: readonly Span[], within: Span): Span[] {
  const gaps: Span[] = []
  let coveredToMs = within.fromMs
  for (const span of [...spans].sort((a, b) => a.fromMs - b.fromMs)) {
    if (span.fromMs > coveredToMs)
      gaps.push({ fromMs: coveredToMs, toMs: Math.min(span.fromMs, within.toMs) })
    coveredToMs = Math.max(coveredToMs, span.toMs)
  }
  return [...gaps, { fromMs: coveredToMs, toMs: within.toMs }].filter(({ fromMs, toMs }) => fromMs < toMs)
}

/** From the first start to the last end of the requests lost in a gap; null when none was begun in it. */
function lostWithin(lost: readonly LostSpan[], gap: Span): Span | null {
  const inside = lost.filter(
    ({ lastFromMs, toMs }) => lastFromMs >= gap.fromMs && lastFromMs < gap.toMs && toMs > gap.fromMs,
  )
  if (inside.length === 0) return null
  return {
    fromMs: Math.max(gap.fromMs, Math.min(...inside.map(({ fromMs }) => fromMs))),
    toMs: Math.min(gap.toMs, Math.max(...inside.map(({ toMs }) => toMs))),
  }
}
