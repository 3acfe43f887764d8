/** Points of the condition of the load generator, and of what probes see. */
import type { IntervalSnapshot } from '../../model/interval-snapshot.ts'
import type { MergedInterval } from '../../model/merged-interval.ts'
import type { MetricFamily, MetricPoint } from '../../model/metric-point.ts'
import { FAMILIES } from './families.ts'
import type { LabelSource } from './labels.ts'

/** The condition of one shard in the last interval. */
export type ShardHealth = Pick<IntervalSnapshot, 'shard' | 'health'>

const MS_PER_S = 1000

/** Translates them; what the system does not tell is left out. */
export function generatorPoints(
  { interval, shards }: { readonly interval: MergedInterval | null; readonly shards: readonly ShardHealth[] },
  { common }: LabelSource,
): MetricPoint[] {
  if (interval === null) return []
  const { generator, probes } = interval
  const known = (family: MetricFamily, labels: Readonly<Record<string, string>>, value: number | null) =>
    value === null ? [] : [{ family, labels: { ...common, ...labels }, value }]
  return [
    ...known(FAMILIES.generatorCpu, {}, generator.cpuCores),
    ...known(FAMILIES.generatorMemory, {}, generator.rssBytes),
    ...shards.flatMap(({ shard, health }) => {
      const labels = { shard: String(shard) }
      return [
        ...known(FAMILIES.loopUtilization, labels, health.eventLoopUtilization),
        ...known(FAMILIES.loopDelay, labels, health.loopDelayMaxMs / MS_PER_S),
        ...known(FAMILIES.gcPause, labels, health.gcPauseMaxMs / MS_PER_S),
        ...known(FAMILIES.runQueueWait, labels, health.runQueueWaitRatio),
      ]
    }),
    ...Object.entries(probes).flatMap(([probe, sample]) =>
      sample === null
        ? []
        : [
            ...known(FAMILIES.probeValue, { probe }, sample.value),
            ...known(FAMILIES.probeCpu, { probe }, sample.cpuCores),
            ...known(FAMILIES.probeMemory, { probe }, sample.rssBytes),
          ],
    ),
  ]
}
