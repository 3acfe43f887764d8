/** Line protocol to the HTTP API of InfluxDB 2: counters so far, gauges, and percentiles of what came since the last batch. */
import type * as z from 'zod'
import type { MetricBatch, MetricPoint } from '../../model/metric-point.ts'
import type { Output } from '../../ports/output.ts'
import { prometheusName } from './families.ts'
import { postOrFail } from './post.ts'
import type { influxSettings } from './settings.ts'
import { seriesKey } from './step-points.ts'
import { statisticsOf } from './window.ts'
import { windowedOutput } from './windowed-output.ts'

export function openInflux({ url, token }: z.output<typeof influxSettings>): Promise<Output> {
  const place = new URL(url)
  place.searchParams.set('precision', 'ms')
  const authorization = token === undefined ? {} : { authorization: `Token ${token}` }
  return Promise.resolve(
    windowedOutput(
      (came, batch, signal) =>
        postOrFail({
          url: place.href,
          body: influxLines(batch, came).join('\n'),
          headers: { ...authorization, 'content-type': 'text/plain; charset=utf-8' },
          signal,
        }),
      () => Promise.resolve(),
    ),
  )
}

/** Writes all points. @param window what came since the last batch */
export function influxLines({ points, atMs }: MetricBatch, window: readonly MetricPoint[]): string[] {
  const came = new Map(window.map((point) => [seriesKey(point.family, point.labels), point]))
  return points.map((point) => {
    const { family, labels } = point
    const tags = Object.entries(labels)
      .filter(([, value]) => value !== '')
      .map(([name, value]) => `,${name}=${escaped(value)}`)
    return `${prometheusName(family)}${tags.join('')} ${fieldsOf(point, came.get(seriesKey(family, labels)))} ${Math.round(atMs)}`
  })
}

function fieldsOf(point: MetricPoint, window: MetricPoint | undefined): string {
  if ('value' in point) return `value=${point.value}`
  const statistics = window !== undefined && 'histogram' in window ? statisticsOf(window.histogram) : []
  return [
    `count=${point.histogram.count}`,
    `sum=${point.histogram.sum}`,
    ...statistics.map(([name, value]) => `${name}=${value}`),
  ].join(',')
}

/** The value of a tag. */
function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll(/[,= ]/g, (character) => `\\${character}`)
}
