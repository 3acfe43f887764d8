/** The critical path method: when each activity can start at the earliest, when it must at the latest, and what decides the total. */
import { max, min } from 'simple-statistics'
import { invariant } from '../../base/errors.ts'
import {
  type Activity,
  type ActivityGraph,
  type Dependency,
  dependenciesBy,
  topologicalOrder,
} from './activity-graph.ts'

/** One activity in time; all times from the start of the plan. */
export interface ScheduledActivity extends Activity {
  readonly earliestStartMs: number
  readonly earliestFinishMs: number
  readonly latestStartMs: number
  readonly latestFinishMs: number
  /** The delay that leaves the end of the plan where it is; 0 on every critical path. */
  readonly slackMs: number
}

export interface PlanSchedule {
  /** The shortest time in which the plan can be done. */
  readonly durationMs: number
  /** Activities of which each delays the next, and the last one the end of the plan. There may be others; all have no slack. */
  readonly criticalPath: readonly string[]
  /** In the order of the graph. */
  readonly activities: readonly ScheduledActivity[]
}

/** Computes the schedule of a graph without cycles, with no limit to what may go on at once. */
export function scheduleOf(graph: ActivityGraph): PlanSchedule {
  const order = topologicalOrder(graph)
  invariant(order.length === graph.activities.length, 'a plan with a schedule has no cycles')
  const gapOf = gapsBetween(graph)
  const earliest = earliestStarts(order, dependenciesBy('after', graph), gapOf)
  const finishOf = ({ name, durationMs }: Activity) => at(earliest, name) + durationMs
  const durationMs = max(order.map(finishOf))
  const latest = latestStarts(order, dependenciesBy('before', graph), gapOf, durationMs)
  const activities = graph.activities.map((activity): ScheduledActivity => {
    const { name, durationMs } = activity
    const [earliestStartMs, latestStartMs] = [at(earliest, name), at(latest, name)]
    return {
      ...activity,
      earliestStartMs,
      earliestFinishMs: earliestStartMs + durationMs,
      latestStartMs,
      latestFinishMs: latestStartMs + durationMs,
      slackMs: latestStartMs - earliestStartMs,
    }
  })
  const last = graph.activities.find((activity) => finishOf(activity) === durationMs)
  return { durationMs, criticalPath: pathTo(last?.name, graph, earliest, gapOf), activities }
}

type Starts = ReadonlyMap<string, number>
type Dependencies = ReadonlyMap<string, readonly Dependency[]>
/** The least time from the start of the one activity to the start of the other; below 0 where only the ends are in order. */
type GapOf = (dependency: Dependency) => number

function gapsBetween({ activities }: ActivityGraph): GapOf {
  const durations = new Map(activities.map(({ name, durationMs }) => [name, durationMs]))
  return ({ before, after, kind }) => {
    if (kind === 'start-to-start') return 0
    return at(durations, before) - (kind === 'finish-to-start' ? 0 : at(durations, after))
  }
}

function earliestStarts(order: readonly Activity[], needs: Dependencies, gapOf: GapOf): Starts {
  const starts = new Map<string, number>()
  for (const { name } of order)
    starts.set(
      name,
      max([0, ...(needs.get(name) ?? []).map((need) => at(starts, need.before) + gapOf(need))]),
    )
  return starts
}

function latestStarts(
  order: readonly Activity[],
  followers: Dependencies,
  gapOf: GapOf,
  endMs: number,
): Starts {
  const starts = new Map<string, number>()
  for (const { name, durationMs } of order.toReversed()) {
    const bounds = (followers.get(name) ?? []).map((follower) => at(starts, follower.after) - gapOf(follower))
    starts.set(name, min([endMs - durationMs, ...bounds]))
  }
  return starts
}

/** Goes back from the last activity, always to the first one that keeps it from starting earlier. */
function pathTo(last: string | undefined, graph: ActivityGraph, earliest: Starts, gapOf: GapOf): string[] {
  const needs = dependenciesBy('after', graph)
  const path: string[] = []
  for (let name = last; name !== undefined; ) {
    path.unshift(name)
    const startMs = at(earliest, name)
    name = needs.get(name)?.find((need) => at(earliest, need.before) + gapOf(need) === startMs)?.before
  }
  return path
}

function at(table: ReadonlyMap<string, number>, name: string): number {
  const found = table.get(name)
  invariant(found !== undefined, `'${name}' is an activity of the plan`)
  return found
}
