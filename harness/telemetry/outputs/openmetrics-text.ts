/** A batch in the text formats that Prometheus scrapes: OpenMetrics 1.0, and 0.0.4 for whoever does not ask for it. Pure. */
import type { HistogramTotals, MetricBatch, MetricFamily, MetricPoint } from '../../model/metric-point.ts'
import { familyLines, labelsText } from '../../text/openmetrics.ts'
import { classicOf } from './classic.ts'
import { prometheusName } from './families.ts'

export type TextFormat = 'openmetrics' | 'text'

export const CONTENT_TYPES: Readonly<Record<TextFormat, string>> = {
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  text: 'text/plain; version=0.0.4; charset=utf-8',
}

/** Chooses by the header `Accept`. */
export function textFormatFor(accept: string | undefined): TextFormat {
  return accept?.includes('application/openmetrics-text') === true ? 'openmetrics' : 'text'
}

/** Writes all points, family by family. */
export function openmetricsText({ points, startMs }: MetricBatch, format: TextFormat): string {
  const families = new Map<string, { readonly family: MetricFamily; readonly points: MetricPoint[] }>()
  for (const point of points) {
    const entry = families.get(point.family.key) ?? { family: point.family, points: [] }
    families.set(point.family.key, entry)
    entry.points.push(point)
  }
  const created = format === 'openmetrics' ? String(startMs / 1000) : null
  const lines = [...families.values()].flatMap(({ family, points: of }) => [
    ...familyLines(familyName(family, format), family.type, family.help),
    ...of.flatMap((point) => samplesOf(point, created)),
  ])
  return `${[...lines, ...(format === 'openmetrics' ? ['# EOF'] : [])].join('\n')}\n`
}

/** OpenMetrics names a counter without the end of its samples. */
function familyName(family: MetricFamily, format: TextFormat): string {
  const name = prometheusName(family)
  return format === 'openmetrics' && family.type === 'counter' ? withoutTotal(name) : name
}

function withoutTotal(name: string): string {
  return name.slice(0, -'_total'.length)
}

function samplesOf(point: MetricPoint, created: string | null): string[] {
  const { family, labels } = point
  const name = prometheusName(family)
  if ('histogram' in point) return histogramSamples(name, point, created)
  const sample = `${name}${labelsText(labels)} ${point.value}`
  if (created === null || family.type !== 'counter') return [sample]
  return [sample, `${withoutTotal(name)}_created${labelsText(labels)} ${created}`]
}

function histogramSamples(
  name: string,
  { family, labels, histogram }: MetricPoint & { readonly histogram: HistogramTotals },
  created: string | null,
): string[] {
  const text = labelsText(labels)
  const { count, sum } = histogram
  const buckets = [
    ...classicOf(family, histogram).map(({ bound, count: below }) => [String(bound), below]),
    ['+Inf', count],
  ]
  return [
    ...buckets.map(([le, below]) => `${name}_bucket${labelsText({ ...labels, le: String(le) })} ${below}`),
    `${name}_count${text} ${count}`,
    `${name}_sum${text} ${sum}`,
    ...(created === null ? [] : [`${name}_created${text} ${created}`]),
  ]
}
