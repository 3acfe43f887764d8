/** A batch as an `ExportMetricsServiceRequest` in JSON. Pure. */
import type { HistogramTotals, MetricBatch, MetricFamily, MetricPoint } from '../../model/metric-point.ts'
import { denseOf, exponentialOf } from './exponential.ts'
import { dottedName, FAMILIES } from './families.ts'
import { attributesOf, nanosOf, resourceOf, SCOPE } from './otlp-json.ts'

export interface OtlpForm {
  readonly temporality: 'cumulative' | 'delta'
  readonly schema: number
}

const TEMPORALITIES = { cumulative: 2, delta: 1 } as const

/** Translates the points; the run is an attribute of the resource, which is no label in most backends. */
export function otlpMetrics(batch: MetricBatch, form: OtlpForm): object {
  const families = new Map<string, MetricPoint[]>()
  for (const point of batch.points) {
    const of = families.get(point.family.key) ?? []
    families.set(point.family.key, of)
    of.push(point)
  }
  const info = batch.points.find(({ family }) => family === FAMILIES.runInfo)?.labels ?? {}
  const metrics = [...families.values()].map((points) => metricOf(points, batch, form))
  const resource = resourceOf(info['scenario'] ?? '', info['run_id'] ?? '', info['version'] ?? '')
  return { resourceMetrics: [{ resource, scopeMetrics: [{ scope: SCOPE, metrics }] }] }
}

function metricOf(
  points: readonly MetricPoint[],
  batch: MetricBatch,
  { temporality, schema }: OtlpForm,
): object {
  const [first] = points as [MetricPoint]
  const family: MetricFamily = first.family
  const named = {
    name: dottedName(family),
    description: family.help,
    unit: family.unit === '' ? '1' : family.unit,
  }
  const frame = ({ labels }: MetricPoint) => ({
    attributes: attributesOf(labels),
    ...(family.type === 'gauge' ? {} : { startTimeUnixNano: nanosOf(batch.startMs) }),
    timeUnixNano: nanosOf(batch.atMs),
  })
  const aggregationTemporality = TEMPORALITIES[temporality]
  if (family.type === 'histogram') {
    const dataPoints = points.flatMap((point) =>
      'histogram' in point ? [{ ...frame(point), ...exponentialPoint(point.histogram, schema) }] : [],
    )
    return { ...named, exponentialHistogram: { aggregationTemporality, dataPoints } }
  }
  const dataPoints = points.flatMap((point) =>
    'value' in point ? [{ ...frame(point), ...numberOf(point.value) }] : [],
  )
  return family.type === 'gauge'
    ? { ...named, gauge: { dataPoints } }
    : { ...named, sum: { aggregationTemporality, isMonotonic: true, dataPoints } }
}

function numberOf(value: number): object {
  return Number.isSafeInteger(value) ? { asInt: String(value) } : { asDouble: value }
}

/** Bucket j holds values above base^j, up to base^(j+1): one index lower than in Prometheus. */
function exponentialPoint(histogram: HistogramTotals, schema: number): object {
  const { first, counts } = denseOf(exponentialOf(histogram, schema))
  return {
    count: String(histogram.count),
    sum: histogram.sum,
    scale: schema,
    zeroCount: '0',
    positive: { offset: first - 1, bucketCounts: counts.map(String) },
  }
}
