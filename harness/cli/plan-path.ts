import type { Command } from 'commander'
import { type PlannedPath, planPath } from '../app/plan-path.ts'
import { nearestName } from '../base/nearest-name.ts'
import { formatDurationMs } from '../base/units.ts'
import { OUTCOME_EXIT_STATUS } from '../model/verdict.ts'
import { renderTextTable } from '../reporters/text-table.ts'
import type { CommandContext } from './command-context.ts'

interface PlanPathFlags {
  readonly json?: boolean
  readonly sequence?: readonly string[]
}

/** `proofload plan-path` */
export function addPlanPathCommand(command: Command, { host, exit }: CommandContext): void {
  command
    .argument('<file>', 'YAML or JSON file with activities')
    .option('--sequence <names>', 'check whether the activities can be done in this order: a,b,c', namesIn)
    .option('--json', 'print one JSON document on stdout')
    .addHelpText(
      'after',
      `
Examples:
  proofload plan-path activities.yaml
  proofload plan-path activities.yaml --sequence smoke,data,hours

Ends with 0 if the plan (and the sequence) is valid, with 1 if the sequence is not, with 2 if the plan is not.`,
    )
    .action(async (file: string, { json, sequence }: PlanPathFlags) => {
      const path = await planPath(file, sequence ?? null, host.cwd)
      const violation = violationText(path)
      host.stdout.write(json === true ? `${JSON.stringify(documentOf(path))}\n` : planText(path))
      if (violation !== null) exit(OUTCOME_EXIT_STATUS.NO_GO)
    })
}

function namesIn(text: string): string[] {
  return text.split(',').map((name) => name.trim())
}

function documentOf(path: PlannedPath): object {
  const { name, graph, schedule, budgetMs, sequence } = path
  return {
    name,
    ...schedule,
    budgetMs,
    dependencies: graph.dependencies,
    sequence: sequence === null ? null : { ...sequence, message: violationText(path) },
  }
}

function planText(path: PlannedPath): string {
  const { name, sequence, schedule } = path
  const table = renderTextTable({
    title: name === null ? 'Activities' : `Activities of ${name}`,
    heads: ['activity', 'duration', 'start', 'latest start', 'end', 'slack', 'critical'],
    rows: schedule.activities.map((activity) => [
      activity.name,
      durationText(activity.durationMs),
      durationText(activity.earliestStartMs),
      durationText(activity.latestStartMs),
      durationText(activity.earliestFinishMs),
      durationText(activity.slackMs),
      activity.slackMs === 0 ? 'yes' : '',
    ]),
  })
  const violation = violationText(path)
  const answer =
    sequence === null ? '' : `sequence: ${violation === null ? 'valid' : `invalid: ${violation}`}\n`
  return `${table}${criticalPathText(path)}\n${answer}`
}

/** `critical path 41m: smoke 1m, hours 12m; the next: compare (slack 6m)` */
function criticalPathText({
  schedule: { activities, criticalPath, durationMs },
  budgetMs,
}: PlannedPath): string {
  const byName = new Map(activities.map((activity) => [activity.name, activity]))
  const steps = criticalPath.map((name) => `${name} ${durationText(byName.get(name)?.durationMs ?? 0)}`)
  const [next] = activities
    .filter(({ name }) => !criticalPath.includes(name))
    .toSorted((a, b) => a.slackMs - b.slackMs)
  const after = next === undefined ? '' : `; the next: ${next.name} (slack ${durationText(next.slackMs)})`
  const budget = budgetMs === null ? '' : `; ${durationText(budgetMs - durationMs)} below the budget`
  return `critical path ${durationText(durationMs)}: ${steps.join(', ')}${after}${budget}`
}

function violationText({ graph, sequence }: PlannedPath): string | null {
  const violation = sequence?.violation ?? null
  if (violation === null) return null
  const { rule, activity, place } = violation
  switch (rule) {
    case 'too-early':
      return `${activity} (place ${place}) is before ${violation.needs.before}, which it needs (${violation.needs.kind})`
    case 'repeated':
      return `${activity} (place ${place}) stands there twice`
    case 'missing':
      return `${activity} is left out`
    case 'unknown': {
      const nearest = nearestName(
        activity,
        graph.activities.map(({ name }) => name),
      )
      return `there is no activity '${activity}' (place ${place})${nearest === undefined ? '' : `; did you mean '${nearest}'?`}`
    }
  }
}

function durationText(durationMs: number): string {
  return durationMs === 0 ? '0s' : formatDurationMs(durationMs)
}
