/** The trust in the instrument at the moment, by the signs that validity judges a whole run by. */
import { VALIDITY_LIMITS } from '../analysis/instrument-signs.ts'
import type { GeneratorStatus } from '../model/live-view.ts'
import type { MergedInterval } from '../model/merged-interval.ts'
import { percentText, timeText } from '../text/figure-text.ts'

/** @param responseP99Ms what users waited in the same interval */
export function generatorStatusOf(interval: MergedInterval, responseP99Ms: number): GeneratorStatus {
  const { health, generator, startDelayP99Ms } = interval
  const signs = signsOf(interval)
  const isLate =
    startDelayP99Ms !== null &&
    startDelayP99Ms > VALIDITY_LIMITS.startDelayMs &&
    startDelayP99Ms > VALIDITY_LIMITS.startDelayShare * responseP99Ms
  const late = isLate ? [`starts are ${timeText(startDelayP99Ms)} late (p99)`] : []
  const level = signs.length > 0 ? 'strained' : 'ok'
  return {
    // Late starts alone may be the doing of a slow target: all agents are busy.
    level: isLate && signs.length > 0 ? 'doubt' : level,
    reason: signs.length > 0 ? [...late, ...signs].join(', ') : '',
    loopBusyRatio: health.eventLoopUtilization,
    longestTurnMs: health.loopDelayMaxMs,
    gcPauseMs: health.gcPauseMaxMs,
    startDelayMs: startDelayP99Ms,
    cpuCores: generator.cpuCores,
    rssBytes: generator.rssBytes,
  }
}

function signsOf({ health, generator }: MergedInterval): string[] {
  const waited = health.runQueueWaitRatio ?? 0
  const stolen = generator.stealRatio ?? 0
  return [
    ...(health.eventLoopUtilization > VALIDITY_LIMITS.busyUtilization
      ? [`its loop is ${percentText(health.eventLoopUtilization)} busy`]
      : []),
    ...(waited > VALIDITY_LIMITS.runQueueWaitRatio ? [`it waits for a CPU ${percentText(waited)}`] : []),
    ...(stolen > VALIDITY_LIMITS.stealRatio ? [`the host took ${percentText(stolen)}`] : []),
    ...(health.loopDelayMaxMs > VALIDITY_LIMITS.stallMs
      ? [`its event loop was blocked for ${timeText(health.loopDelayMaxMs)}`]
      : []),
    ...(health.gcPauseMaxMs > VALIDITY_LIMITS.gcPauseMs
      ? [`garbage collection stopped it for ${timeText(health.gcPauseMaxMs)}`]
      : []),
  ]
}
