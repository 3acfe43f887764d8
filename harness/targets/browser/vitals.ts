/**
 * The figures of a page as its user saw it. The definitions are those of web.dev: LCP is the last candidate before the first
 * interaction or the end of the page; CLS the largest session window of layout shifts without recent input (gaps below 1 s, 5 s at
 * most); INP the longest interaction, one in fifty left out.
 */
import { MEASURES, type Measure } from '../../model/measures.ts'

/** The figures of a page; times in ms since its navigation began, null where nothing happened. */
export interface PageVitals {
  readonly ttfbMs: number | null
  readonly fcpMs: number | null
  readonly lcpMs: number | null
  readonly cls: number
  readonly inpMs: number | null
  readonly longTasks: number
}

/** The script that runs in every page before its own: it keeps what the browser tells of the page. */
export const OBSERVE_VITALS = `(() => {
  const kept = { fcp: null, lcp: null, cls: 0, longTasks: 0 }
  const interactions = []
  let shifts = { value: 0, startMs: 0, lastMs: 0 }
  const take = {
    paint: ({ name, startTime }) => { if (name === 'first-contentful-paint') kept.fcp = startTime },
    'largest-contentful-paint': ({ startTime }) => { kept.lcp = startTime },
    'layout-shift': ({ value, hadRecentInput, startTime }) => {
      if (hadRecentInput) return
      const isSame = startTime - shifts.lastMs < 1000 && startTime - shifts.startMs < 5000
      shifts = isSame
        ? { ...shifts, value: shifts.value + value, lastMs: startTime }
        : { value, startMs: startTime, lastMs: startTime }
      kept.cls = Math.max(kept.cls, shifts.value)
    },
    event: ({ interactionId, duration }) => { if (interactionId > 0) interactions.push(duration) },
    longtask: () => { kept.longTasks++ },
  }
  const observers = Object.entries(take).flatMap(([type, handle]) => {
    try {
      const observer = new PerformanceObserver((list) => list.getEntries().forEach(handle))
      observer.observe({ type, buffered: true, ...(type === 'event' && { durationThreshold: 16 }) })
      return [{ observer, handle }]
    } catch {
      return []
    }
  })
  globalThis.__proofloadVitals = () => {
    for (const { observer, handle } of observers) observer.takeRecords().forEach(handle)
    const [navigation] = performance.getEntriesByType('navigation')
    interactions.sort((a, b) => b - a)
    return {
      ttfbMs: navigation?.responseStart || null,
      fcpMs: kept.fcp,
      lcpMs: kept.lcp,
      cls: kept.cls,
      inpMs: interactions[Math.floor(interactions.length / 50)] ?? null,
      longTasks: kept.longTasks,
    }
  }
})()`

/** The expression that gives the figures of a page that is about to be left: null of a page that ran no scripts. */
export const READ_VITALS = 'globalThis.__proofloadVitals?.() ?? null'

/** Returns the figures as values of measures. */
export function vitalsMeasured(vitals: PageVitals): (readonly [Measure, number])[] {
  const known: (readonly [Measure, number | null])[] = [
    [MEASURES.ttfb_page, vitals.ttfbMs],
    [MEASURES.fcp, vitals.fcpMs],
    [MEASURES.lcp, vitals.lcpMs],
    [MEASURES.cls, vitals.cls * 1000],
    [MEASURES.inp, vitals.inpMs],
    [MEASURES.long_tasks, vitals.longTasks],
  ]
  return known.flatMap(([measure, value]) => (value === null ? [] : [[measure, value] as const]))
}
