/** Reads an activities file and finds everything that makes its plan impossible, before anything runs. */
import type { ActivityGraph } from '../../analysis/plan-graph/activity-graph.ts'
import { type PlanSchedule, scheduleOf } from '../../analysis/plan-graph/critical-path.ts'
import { findDeadlocks } from '../../analysis/plan-graph/cycles.ts'
import { HarnessError, type Problem } from '../../base/errors.ts'
import { formatDurationMs, parseDurationMs } from '../../base/units.ts'
import { placedOnce, problemCount } from '../invalid-scenario.ts'
import { parseAt } from '../problems.ts'
import type { FileKind } from '../require-file.ts'
import { readTextFile } from '../text-file.ts'
import { resolveDependencies } from './dependencies.ts'
import { type ActivitiesDocument, activitiesSchema } from './schema.ts'

/** A plan that can be done. */
export interface ActivityPlan {
  /** Null: the file states none. */
  readonly name: string | null
  readonly graph: ActivityGraph
  readonly schedule: PlanSchedule
  /** Null: the plan may take any time. */
  readonly budgetMs: number | null
}

const ACTIVITIES_FILE: FileKind = {
  noun: 'activity plan',
  notFound: 'ACTIVITIES_NOT_FOUND',
  unreadable: 'ACTIVITIES_INVALID',
  hint: 'Give the path of a YAML or JSON file with activities.',
}

/** @throws HarnessError ACTIVITIES_NOT_FOUND, ACTIVITIES_INVALID with all problems and their places */
export async function loadActivities(file: string): Promise<ActivityPlan> {
  const { document, locate } = await readTextFile(file, ACTIVITIES_FILE)
  const { plan, problems } = planActivities(document)
  if (plan !== null) return plan
  const placed = placedOnce(problems, locate)
  throw new HarnessError('ACTIVITIES_INVALID', `the activity plan has ${problemCount(placed)}`, {
    problems: placed,
    hint: 'Fix the problems listed: nothing of such a plan can be run.',
  })
}

/** The plan of a document, or everything that is wrong with it. */
export function planActivities(
  document: unknown,
):
  | { readonly plan: ActivityPlan; readonly problems: readonly [] }
  | { readonly plan: null; readonly problems: readonly Problem[] } {
  const { value, problems: malformed } = parseAt(activitiesSchema, document, [])
  if (value === null) return { plan: null, problems: malformed }
  const resolved = resolveDependencies(value)
  const graph = {
    activities: Object.entries(value.activities).map(([name, { duration }]) => ({
      name,
      durationMs: Math.round(parseDurationMs(duration)),
    })),
    dependencies: resolved.dependencies,
  }
  const problems = [...resolved.problems, ...deadlockProblems(graph)]
  if (problems.length > 0) return { plan: null, problems }
  const plan = planOf(value, graph)
  const late = budgetProblems(plan)
  return late.length > 0 ? { plan: null, problems: late } : { plan, problems: [] }
}

function planOf({ name, budget }: ActivitiesDocument, graph: ActivityGraph): ActivityPlan {
  const budgetMs = budget === undefined ? null : parseDurationMs(budget)
  return { name: name ?? null, graph, schedule: scheduleOf(graph), budgetMs }
}

function deadlockProblems(graph: ActivityGraph): Problem[] {
  const { cycles, unreachable } = findDeadlocks(graph)
  return [
    ...cycles.map(
      (cycle): Problem => ({
        path: `activities.${cycle[0]}`,
        message: `waits for itself: ${[...cycle, cycle[0]].join(' -> ')} (each before the next)`,
        expected: 'activities of which none needs itself, directly or through others',
      }),
    ),
    ...unreachable.map(
      (name): Problem => ({
        path: `activities.${name}`,
        message: 'can never start: it waits for activities that wait for themselves',
      }),
    ),
  ]
}

function budgetProblems({ budgetMs, schedule: { durationMs, criticalPath } }: ActivityPlan): Problem[] {
  if (budgetMs === null || durationMs <= budgetMs) return []
  const [needed, over] = [durationMs, durationMs - budgetMs].map(formatDurationMs)
  return [
    {
      path: 'budget',
      message: `the plan takes at least ${needed}, ${over} more than its budget: ${criticalPath.join(' -> ')}`,
    },
  ]
}
