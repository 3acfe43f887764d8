import type { Problem } from '../base/errors.ts'
import { isCall, parseCall } from '../base/template-call.ts'
import { type FeederPlan, hasCode, type RunPlan, type StepPlan } from '../model/plan.ts'
import { type Path, pathText, unknownName } from './problems.ts'
import { type VariableUse, variablesIn } from './templates.ts'

/** Uses of variables that nothing sets, and of functions that do not exist. */
export function unknownVariables(
  plan: Pick<RunPlan, 'journeys' | 'login' | 'feeders' | 'targets'>,
): Problem[] {
  const stepLists = [
    ...plan.journeys.map(({ name, steps }) => ({ path: ['journeys', name, 'steps'], steps: steps ?? [] })),
    { path: ['login', 'steps'], steps: plan.login === 'code' ? [] : (plan.login ?? []) },
  ]
  const known = [
    'agent.id',
    'agent.iteration',
    ...Object.entries(plan.feeders).flatMap(([name, feeder]) =>
      fieldsOf(feeder).map((field) => `${name}.${field}`),
    ),
    ...stepLists.flatMap(({ steps }) => steps.flatMap(extractedBy)),
  ]
  const uses = [
    ...stepLists.flatMap(({ path, steps }) => steps.flatMap((step, i) => usesOf(step, [...path, i]))),
    ...Object.entries(plan.feeders).flatMap(([name, { rows }]) => variablesIn(rows, ['data', name, 'rows'])),
    ...Object.entries(plan.targets).flatMap(([name, { config }]) =>
      variablesIn(config, ['targets', name, 'config']),
    ),
  ]
  // Only a run shows what code puts into `agent.vars`: a name that is not of the agent or a feeder may be set by then.
  const fixed = ['agent', ...Object.keys(plan.feeders)]
  const mayBeSet = hasCode(plan)
    ? (variable: string) => !fixed.some((name) => variable.startsWith(`${name}.`))
    : () => false
  return [
    ...uses.flatMap(callProblem),
    ...uses
      .filter(
        // What begins with $ is set by the target itself, within a request.
        ({ variable }) =>
          !variable.startsWith('$') &&
          !isCall(variable) &&
          !variable.startsWith('secret.') &&
          !known.includes(variable) &&
          !mayBeSet(variable),
      )
      .map(({ variable, path }) => withBraces(unknownName(path, 'variable', variable, known))),
  ]
}

function callProblem({ variable, path }: VariableUse): Problem[] {
  if (!isCall(variable)) return []
  const call = parseCall(variable)
  return 'value' in call ? [] : [withBraces({ path: pathText(path), ...call })]
}

function withBraces({ nearest, expected, ...problem }: Problem): Problem {
  return {
    ...problem,
    expected: `${expected}; write \\{{ for literal braces`,
    ...(nearest === undefined ? {} : { nearest: `{{${nearest}}}` }),
  }
}

function fieldsOf({ rows, generate = {} }: FeederPlan): string[] {
  return [...new Set([...Object.keys(generate), ...rows.flatMap((row) => Object.keys(row))])]
}

function extractedBy(step: StepPlan): string[] {
  return step.kind === 'request' ? Object.keys(step.extract) : []
}

function usesOf(step: StepPlan, path: Path): VariableUse[] {
  if (step.kind !== 'request') return []
  return [
    ...variablesIn(step.request, [...path, 'request']),
    ...step.expect.flatMap(({ kind, value }) => variablesIn(value, [...path, 'expect', kind])),
  ]
}
