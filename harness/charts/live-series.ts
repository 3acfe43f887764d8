import type { LiveView } from '../model/live-view.ts'
import type { RunPoint } from '../model/run-point.ts'
import type { RunSeries } from './run-series.ts'

/** A watched run as charts are made of it. */
export function liveSeries(points: readonly RunPoint[], { plan, bounds, marks }: LiveView): RunSeries {
  return { points, isOpen: plan === null ? null : plan.model === 'open', bounds, marks }
}
