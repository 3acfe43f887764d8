/** Neighbours of the series of a watched run as one, when the series gets long. */
import { addTallies } from '../base/add-numbers.ts'
import { joinByName, joinKnown } from '../measure/join-intervals.ts'
import type { ResourceUse, RunPoint } from '../model/run-point.ts'

type NumberOrNull = number | null

/** Neighbours of equal length as one: rates are their means, times and resources the worst of them, the rest the latest. At least one. */
export function joinPoints(points: readonly RunPoint[]): RunPoint {
  const [first, last] = [points[0] as RunPoint, points.at(-1) as RunPoint]
  const mean = (pick: (point: RunPoint) => NumberOrNull) => meanOf(points.map(pick))
  const worst = (pick: (point: RunPoint) => NumberOrNull) => points.map(pick).reduce(greater)
  const worstByName = <T>(pick: (point: RunPoint) => Readonly<Record<string, T>>, join: (a: T, b: T) => T) =>
    points.map(pick).reduce((a, b) => joinByName(a, b, join))
  return {
    ...last,
    startMs: first.startMs,
    plannedPerSec: mean(({ plannedPerSec }) => plannedPerSec),
    startedPerSec: mean(({ startedPerSec }) => startedPerSec),
    requestsPerSec: mean(({ requestsPerSec }) => requestsPerSec),
    percentilesMs: worstByName(({ percentilesMs }) => percentilesMs, greater),
    errorsPerSec: Object.fromEntries(
      Object.entries(addTallies(points.map(({ errorsPerSec }) => errorsPerSec))).map(([kind, rate]) => [
        kind,
        rate / points.length,
      ]),
    ),
    componentMs: worstByName(({ componentMs }) => componentMs, Math.max),
    target: points.map(({ target }) => target).reduce((a, b) => joinKnown(a, b, worstUse)),
    probes: worstByName(({ probes }) => probes, worstUse),
    startDelayP99Ms: worst(({ startDelayP99Ms }) => startDelayP99Ms),
    loopBusyRatio: worst(({ loopBusyRatio }) => loopBusyRatio),
    coreWaitRatio: worst(({ coreWaitRatio }) => coreWaitRatio),
  }
}

function worstUse(a: ResourceUse, b: ResourceUse): ResourceUse {
  return { cpuCores: greater(a.cpuCores, b.cpuCores), rssBytes: greater(a.rssBytes, b.rssBytes) }
}

function greater(a: NumberOrNull, b: NumberOrNull): NumberOrNull {
  return joinKnown(a, b, Math.max)
}

/** The mean of what is known. */
function meanOf(values: readonly NumberOrNull[]): NumberOrNull {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
}
