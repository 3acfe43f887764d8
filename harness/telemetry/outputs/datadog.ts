/**
 * DogStatsD to an agent of Datadog. Histograms become distributions: one line for each bucket 2.2 % wide, weighed by its count, so that the
 * agent's sketch has every request without a datagram for each.
 */
import type * as z from 'zod'
import type { Labels, MetricPoint } from '../../model/metric-point.ts'
import type { Output } from '../../ports/output.ts'
import { exponentialOf, middleOfExponential } from './exponential.ts'
import { dottedName } from './families.ts'
import type { datadogSettings } from './settings.ts'
import { openDatagrams } from './udp.ts'
import { windowedOutput } from './windowed-output.ts'

/** As fine as the sketches of the agent. */
const SCHEMA = 5

export function openDatadog({ address }: z.output<typeof datadogSettings>): Promise<Output> {
  const datagrams = openDatagrams(address)
  return Promise.resolve(
    windowedOutput(
      (came, _batch, signal) => datagrams.send(came.flatMap(datadogLines), signal),
      () => datagrams.close(),
    ),
  )
}

/** Writes a point of a window. */
export function datadogLines(point: MetricPoint): string[] {
  const name = dottedName(point.family)
  const tags = tagsOf(point.labels)
  if ('value' in point)
    return [`${name}:${point.value}|${point.family.type === 'counter' ? 'c' : 'g'}${tags}`]
  const { buckets } = exponentialOf(point.histogram, SCHEMA)
  return buckets.flatMap((index, i) => {
    if (i % 2 === 1) return []
    const value = middleOfExponential(index, SCHEMA).toPrecision(4)
    return [`${name}:${Number(value)}|d|@${1 / (buckets[i + 1] as number)}${tags}`]
  })
}

function tagsOf(labels: Labels): string {
  const tags = Object.entries(labels).map(([name, value]) => `${name}:${value.replaceAll(/[|,#\s]+/g, '_')}`)
  return tags.length === 0 ? '' : `|#${tags.join(',')}`
}
