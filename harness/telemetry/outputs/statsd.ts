/**
 * StatsD: counters as what came since the last batch, gauges, and percentiles of that window as gauges. It has no labels: their values
 * follow the name in the order of the table of `docs/outputs.md`. Timers are not used, for servers weigh samples of them in ways of
 * their own.
 */
import type * as z from 'zod'
import type { MetricPoint } from '../../model/metric-point.ts'
import type { Output } from '../../ports/output.ts'
import { dottedName } from './families.ts'
import type { statsdSettings } from './settings.ts'
import { openDatagrams } from './udp.ts'
import { statisticsOf } from './window.ts'
import { windowedOutput } from './windowed-output.ts'

export function openStatsd({ address }: z.output<typeof statsdSettings>): Promise<Output> {
  const datagrams = openDatagrams(address)
  return Promise.resolve(
    windowedOutput(
      (came, _batch, signal) => datagrams.send(came.flatMap(statsdLines), signal),
      () => datagrams.close(),
    ),
  )
}

/** Writes a point of a window. */
export function statsdLines(point: MetricPoint): string[] {
  const name = [dottedName(point.family), ...Object.values(point.labels).map(segmentOf)].join('.')
  if ('value' in point)
    return point.family.type === 'counter' ? [`${name}:${point.value}|c`] : gaugeLines(name, point.value)
  return [
    `${name}.count:${point.histogram.count}|c`,
    ...statisticsOf(point.histogram).flatMap(([statistic, value]) =>
      gaugeLines(`${name}.${statistic}`, value),
    ),
  ]
}

/** A gauge with a sign is a change of it: one below 0 is set to 0 first. */
function gaugeLines(name: string, value: number): string[] {
  return value < 0 ? [`${name}:0|g`, `${name}:${value}|g`] : [`${name}:${value}|g`]
}

/** A part of a name: no dot, nor what ends a name. */
function segmentOf(text: string): string {
  return text.replaceAll(/[^\w-]+/g, '_') || '_'
}
