/** The problems of a plan as a whole: what can never be had, never start, or never end in time. */
import { findDeadlocks } from '../../analysis/plan-graph/cycles.ts'
import { planSchedule } from '../../analysis/qualification/schedule.ts'
import type { Problem } from '../../base/errors.ts'
import { lookUp } from '../../base/names.ts'
import { formatDurationMs } from '../../base/units.ts'
import type { QualificationPlan } from '../../model/qualification-plan.ts'
import type { QualificationDocument } from './schema.ts'

/** Returns every loop of stages and of activities, each as its shortest. */
export function cycleProblems(plan: QualificationPlan): Problem[] {
  const own = plan.activities.flatMap(({ name, needs }) =>
    needs.map((before) => ({ before, after: name, kind: 'finish-to-start' as const })),
  )
  const ofStages = plan.stages.flatMap(({ name, needs }) =>
    needs.map((before) => ({ before, after: name, kind: 'finish-to-start' as const })),
  )
  return [
    ...loops(
      'stages',
      plan.stages.map(({ name }) => name),
      ofStages,
    ),
    ...loops(
      'activities',
      plan.activities.map(({ name }) => name),
      own,
    ),
  ]
}

function loops(
  what: 'stages' | 'activities',
  names: readonly string[],
  all: readonly { before: string; after: string; kind: 'finish-to-start' }[],
): Problem[] {
  const dependencies = all.filter(({ before, after }) => names.includes(before) && names.includes(after))
  const { cycles, unreachable } = findDeadlocks({
    activities: names.map((name) => ({ name, durationMs: 0 })),
    dependencies,
  })
  return [
    ...cycles.map(
      (cycle): Problem => ({
        path: `${what}.${cycle[0]}`,
        message: `waits for itself: ${[...cycle, cycle[0]].join(' -> ')} (each before the next)`,
        expected: `${what} of which none needs itself, directly or through others`,
      }),
    ),
    ...unreachable.map(
      (name): Problem => ({
        path: `${what}.${name}`,
        message: `can never start: it waits for ${what} that wait for themselves`,
      }),
    ),
  ]
}

/** Returns what a plan takes and can never have. */
export function resourceProblems({ activities, resources }: QualificationPlan): Problem[] {
  const several: Problem[] =
    (resources['generator'] ?? 1) > 1
      ? [
          {
            path: 'resources.generator',
            message: 'one process is one generator',
            expected: '1; load that may overlap says `exclusive: none`',
          },
        ]
      : []
  return [
    ...several,
    ...activities.flatMap(({ name, takes }) =>
      Object.entries(takes)
        .filter(([resource, amount]) => amount > (lookUp(resources, resource) ?? 0))
        .map(
          ([resource, amount]): Problem => ({
            path: `activities.${name}`,
            message: `can never start: it takes ${amount} of ${resource}, and there is ${lookUp(resources, resource) ?? 0}`,
          }),
        ),
    ),
  ]
}

/** Returns the stages that no activity belongs to. */
export function emptyStages({ stages, activities }: QualificationDocument): Problem[] {
  const used = new Set(Object.values(activities).map(({ stage }) => stage))
  return Object.keys(stages)
    .filter((name) => !used.has(name))
    .map((name) => ({
      path: `stages.${name}`,
      message: 'no activity belongs to it: a stage without a demand would pass by itself',
      expected: 'at least one activity with this stage',
    }))
}

/** Returns a caution for each stage that only its ratio decides. */
export function stagesWithoutCore({ stages, activities }: QualificationPlan): string[] {
  return stages
    .filter(({ name }) => !activities.some(({ stage, role }) => stage === name && role === 'core'))
    .map(({ name }) => `stage ${name} has no core activity: only its ratio decides`)
}

/** Returns by how much a plan is expected to exceed its budget. */
export function budgetProblems(plan: QualificationPlan): Problem[] {
  const { durationMs, path } = planSchedule(plan).path
  if (plan.budgetMs === null || durationMs <= plan.budgetMs) return []
  return [
    {
      path: 'budget',
      message: `the plan is expected to take ${formatDurationMs(durationMs)}, ${formatDurationMs(durationMs - plan.budgetMs)} more than its budget: ${path.join(' -> ')}`,
    },
  ]
}
