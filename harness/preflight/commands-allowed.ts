import type { RunPlan, StepPlan } from '../model/plan.ts'
import type { PreflightCheck } from '../ports/preflight.ts'

const NAME = 'commands-allowed'

/** Checks that load runs only permitted commands of this machine: `allowCommands`, `--allow-command`. */
export const commandsAllowed: PreflightCheck = {
  name: NAME,
  summary: 'load runs only commands of this machine that are allowed by name',
  check({ plan, target }) {
    const commands = new Set<string>()
    for (const { target: name, request } of requestsOf(plan)) {
      const targetPlan = Object.entries(plan.targets).find(([each]) => each === name)?.[1]
      const command = targetPlan && target(targetPlan.plugin).commandOf?.(request)
      if (command !== undefined) commands.add(command)
    }
    const refused = [...commands].filter((command) => plan.allowCommands?.includes(command) !== true)
    if (refused.length === 0)
      return Promise.resolve([
        { check: NAME, level: 'ok', message: `${[...commands].join(', ') || 'no command'} allowed` },
      ])
    return Promise.resolve(
      refused.map((command) => ({
        check: NAME,
        level: 'blocked',
        message: `the run would start the command ${command} on this machine, which is not allowed`,
        hint: `If it may be run, allow it: --allow-command ${command}, or allowCommands: ['${command}'] in the scenario.`,
      })),
    )
  },
}

interface PlannedRequest {
  readonly target: string
  readonly request: Readonly<Record<string, unknown>>
}

/** The requests of every declared step, follow-ups included; those of code are refused by their driver. */
function requestsOf({ journeys, login }: RunPlan): PlannedRequest[] {
  const steps = [
    ...journeys.flatMap((journey) => journey.steps ?? []),
    ...(Array.isArray(login) ? login : []),
  ]
  return (steps as StepPlan[]).flatMap(requestsIn)
}

function requestsIn(step: StepPlan): PlannedRequest[] {
  if (step.kind === 'think') return []
  if (step.kind === 'choice') return step.alternatives.flatMap((each) => requestsIn(each.step))
  return [step, ...step.followUps.flatMap((each) => requestsIn(each.step))]
}
