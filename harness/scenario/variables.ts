import type { Problem } from '../base/errors.ts'
import { isCall, parseCall } from '../base/template-call.ts'
import type { ConditionPlan } from '../model/plan/condition-schema.ts'
import { type FeederPlan, hasCode, type RunPlan, type StepPlan } from '../model/plan.ts'
import { everyStep, innerSteps } from '../model/plan-steps.ts'
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
    ...stepLists.flatMap(({ steps }) => everyStep(steps).flatMap(extractedBy)),
  ]
  const uses: Use[] = [
    ...stepLists.flatMap(({ path, steps }) => usesIn(steps, path)),
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
      .map(({ variable, path, isName }) => {
        const problem = unknownName(path, 'variable', variable, known)
        return isName === true ? problem : withBraces(problem)
      }),
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

/** A use of a variable; where a condition names it, without braces. */
interface Use extends VariableUse {
  readonly isName?: true
}

function usesIn(steps: readonly StepPlan[], path: Path): Use[] {
  return steps.flatMap((step, i) => [
    ...usesOf(step, [...path, i]),
    ...innerSteps(step).flatMap((inner) => usesIn(inner.steps, [...path, i, ...inner.path])),
  ])
}

function usesOf(step: StepPlan, path: Path): Use[] {
  switch (step.kind) {
    case 'request':
      return [
        ...variablesIn(step.request, [...path, 'request']),
        ...step.expect.flatMap(({ kind, value }) => variablesIn(value, [...path, 'expect', kind])),
      ]
    case 'repeat':
      return [
        ...(step.while === null ? [] : conditionUses(step.while, [...path, 'repeat', 'while'])),
        ...(step.until === null ? [] : conditionUses(step.until, [...path, 'repeat', 'until'])),
      ]
    case 'if':
      return conditionUses(step.condition, [...path, 'if'])
    case 'switch':
      return [{ variable: step.variable, path: [...path, 'switch'], isName: true }]
    default:
      return []
  }
}

function conditionUses(condition: ConditionPlan, path: Path): Use[] {
  if ('not' in condition) return conditionUses(condition.not, [...path, 'not'])
  if ('all' in condition) return condition.all.flatMap((each, i) => conditionUses(each, [...path, 'all', i]))
  if ('any' in condition) return condition.any.flatMap((each, i) => conditionUses(each, [...path, 'any', i]))
  const { variable, ...tests } = condition
  return [{ variable, path: [...path, 'variable'], isName: true }, ...variablesIn(tests, path)]
}
