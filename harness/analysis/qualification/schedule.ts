/**
 * List scheduling: of the activities that are ready, the one with the least slack starts first, then by name, as far as resources
 * allow. What waits for a resource waits for whoever held it: with these edges the critical path method gives the path and the slack.
 */
import { max, min } from 'simple-statistics'
import type { QualificationPath } from '../../model/qualification.ts'
import type { ActivityPlan, QualificationPlan } from '../../model/qualification-plan.ts'
import type { Dependency } from '../plan-graph/activity-graph.ts'
import { type PlanSchedule, scheduleOf } from '../plan-graph/critical-path.ts'
import { areApart, compete, fitsBeside } from './tokens.ts'

/** A stretch of time since the start of the plan. */
export interface Span {
  readonly startMs: number
  readonly endMs: number
}

export interface QualificationSchedule {
  readonly spans: ReadonlyMap<string, Span>
  /** By activity. */
  readonly slackMs: ReadonlyMap<string, number>
  readonly path: QualificationPath
}

/** Every dependency of a plan: what its activities need, and that a stage waits for those that it needs. */
export function dependenciesOf({ activities, stages }: QualificationPlan): Dependency[] {
  const membersOf = (stage: string) => activities.filter((activity) => activity.stage === stage)
  const gates = stages.flatMap(({ name, needs }) =>
    needs.flatMap((need) =>
      membersOf(need).flatMap((before) => membersOf(name).map((after) => edge(before.name, after.name))),
    ),
  )
  return [...activities.flatMap(({ name, needs }) => needs.map((need) => edge(need, name))), ...gates]
}

/** The order in which ready activities start: least slack first, then by name. */
export function startOrder(
  slackMs: ReadonlyMap<string, number>,
): (a: ActivityPlan, b: ActivityPlan) => number {
  return (a, b) => (slackMs.get(a.name) ?? 0) - (slackMs.get(b.name) ?? 0) || (a.name < b.name ? -1 : 1)
}

/** Those of the ready activities that start now, beside the running ones. */
export function startsNow(
  ready: readonly ActivityPlan[],
  running: readonly ActivityPlan[],
  resources: QualificationPlan['resources'],
  slackMs: ReadonlyMap<string, number>,
): ActivityPlan[] {
  const starting: ActivityPlan[] = []
  for (const activity of ready.toSorted(startOrder(slackMs)))
    if (fitsBeside(activity, [...running, ...starting], resources)) starting.push(activity)
  return starting
}

/** Plans when each activity will run, by its expected time. */
export function planSchedule(plan: QualificationPlan): QualificationSchedule {
  const dependencies = dependenciesOf(plan)
  const expected = plan.activities.map(({ name, expectedMs }) => ({ name, durationMs: expectedMs }))
  const free = scheduleOf({ activities: expected, dependencies })
  const spans = simulate(plan, dependencies, slackOf(free))
  return { spans, ...scheduled(plan, spans, dependencies) }
}

/** Tells afterwards what decided how long it took. @param spans of the activities that ran */
export function actualSchedule(
  plan: QualificationPlan,
  spans: ReadonlyMap<string, Span>,
): Omit<QualificationSchedule, 'spans'> {
  const dependencies = dependenciesOf(plan).filter(
    ({ before, after }) => spans.has(before) && spans.has(after),
  )
  return scheduled(plan, spans, dependencies)
}

function simulate(
  { activities, resources }: QualificationPlan,
  dependencies: readonly Dependency[],
  slackMs: ReadonlyMap<string, number>,
): Map<string, Span> {
  const spans = new Map<string, Span>()
  const needsOf = needsByActivity(activities, dependencies)
  for (let nowMs = 0; ; ) {
    const running = activities.filter(({ name }) => (spans.get(name)?.endMs ?? 0) > nowMs)
    const isDone = (name: string) => (spans.get(name)?.endMs ?? Number.POSITIVE_INFINITY) <= nowMs
    const ready = activities.filter(({ name }) => !spans.has(name) && (needsOf.get(name) ?? []).every(isDone))
    const starting = startsNow(ready, running, resources, slackMs)
    for (const { name, expectedMs } of starting)
      spans.set(name, { startMs: nowMs, endMs: nowMs + expectedMs })
    if (starting.some(({ expectedMs }) => expectedMs === 0)) continue
    const ends = [...spans.values()].map(({ endMs }) => endMs).filter((endMs) => endMs > nowMs)
    if (ends.length === 0) return spans
    nowMs = min(ends)
  }
}

function needsByActivity(
  activities: readonly ActivityPlan[],
  dependencies: readonly Dependency[],
): ReadonlyMap<string, readonly string[]> {
  const needs = new Map(activities.map(({ name }) => [name, [] as string[]]))
  for (const { before, after } of dependencies) needs.get(after)?.push(before)
  return needs
}

function scheduled(
  { activities, resources }: QualificationPlan,
  spans: ReadonlyMap<string, Span>,
  dependencies: readonly Dependency[],
): Omit<QualificationSchedule, 'spans'> {
  const ran = activities.flatMap((activity) => {
    const span = spans.get(activity.name)
    return span === undefined ? [] : [{ activity, span }]
  })
  if (ran.length === 0) return { slackMs: new Map(), path: { durationMs: 0, path: [], next: null } }
  const waits = ran.flatMap(({ activity: after, span: { startMs } }) =>
    ran
      .filter(({ activity: before, span: { endMs, startMs: beforeMs } }) => {
        if (before === after || endMs > startMs || beforeMs === startMs) return false
        return areApart(before, after, resources) || (endMs === startMs && compete(before, after))
      })
      .map(({ activity: before }) => edge(before.name, after.name)),
  )
  const schedule = scheduleOf({
    activities: ran.map(({ activity: { name }, span }) => ({ name, durationMs: span.endMs - span.startMs })),
    dependencies: [...dependencies, ...waits],
  })
  return { slackMs: slackOf(schedule), path: pathOf(schedule) }
}

function pathOf({ durationMs, criticalPath, activities }: PlanSchedule): QualificationPath {
  const beside = activities.filter(({ name }) => !criticalPath.includes(name))
  const leastMs = beside.length === 0 ? 0 : min(beside.map(({ slackMs }) => slackMs))
  const next = beside.find(({ slackMs }) => slackMs === leastMs)
  return {
    durationMs: max([0, durationMs]),
    path: [...criticalPath],
    next: next === undefined ? null : { name: next.name, slackMs: next.slackMs },
  }
}

function slackOf({ activities }: PlanSchedule): ReadonlyMap<string, number> {
  return new Map(activities.map(({ name, slackMs }) => [name, slackMs]))
}

function edge(before: string, after: string): Dependency {
  return { before, after, kind: 'finish-to-start' }
}
