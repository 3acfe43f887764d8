/** A metric over the runs of a scenario. */
import { mean } from 'simple-statistics'
import { valueAt } from '../analysis/comparison/metric-scale.ts'
import { CHANGE_WINDOW, type Trend } from '../analysis/trend.ts'
import { visible } from '../base/visible.ts'
import type { LineChart } from '../model/chart.ts'
import { changeText } from '../text/comparison-text.ts'
import { line } from './lines.ts'

/** Points of a metric over runs, its level between changes, and the changes. */
export function trendChart({ metric, points, changes }: Trend): LineChart {
  const at = new Map(points.map(({ id }, index) => [id, index]))
  const { unit } = valueAt(metric, 0)
  return {
    kind: 'lines',
    id: 'trend',
    title: `${metric} over the runs`,
    note: 'One point per run with the same load as the newest, which is on the right. A vertical line marks a significant change.',
    xAxis: { label: 'run', unit: 'run' },
    // What stands at a value of x is looked up by it.
    x: points.map((_, index) => index),
    xLabels: points.map(({ id, build }) => visible(build ?? id)),
    yAxis: { label: metric, unit },
    series: [
      line(
        metric,
        0,
        'points',
        points.map(({ y }) => valueAt(metric, y).value),
      ),
      line('level', 1, 'dashed', levelsOf({ metric, points, changes })),
    ],
    isStacked: false,
    bands: [],
    bounds: [],
    marks: changes.map(({ run, change }) => ({
      kind: 'change',
      objective: null,
      label: changeText({ metric, change }) ?? '',
      // Between the last run before it and the first one after.
      x: (at.get(run.id) ?? 0) - 0.5,
      toX: null,
    })),
  }
}

/** The mean between neighbouring changes, on the scale on which they were looked for; null where they were not. */
function levelsOf({
  metric,
  points,
  changes,
}: Pick<Trend, 'metric' | 'points' | 'changes'>): (number | null)[] {
  const first = Math.max(0, points.length - CHANGE_WINDOW)
  const starts = changes.map(({ run }) => points.findIndex(({ id }) => id === run.id))
  const edges = [first, ...starts, points.length]
  const levels = edges.slice(1).flatMap((end, i) => {
    const stretch = points.slice(edges[i], end)
    if (stretch.length === 0) return []
    const level = valueAt(metric, mean(stretch.map(({ y }) => y))).value
    return stretch.map(() => level)
  })
  return [...points.slice(0, first).map(() => null), ...levels]
}
