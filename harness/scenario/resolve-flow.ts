/** Turns steps that hold others into those of a plan. */
import type { RequestStepPlan, StepPlan } from '../model/plan.ts'
import type { Path } from './problems.ts'
import type { FlowDocument, StepDocument } from './step-schema.ts'

/** Resolves a list of steps inside a step. */
type ResolveInner = (steps: readonly StepDocument[], path: Path) => StepPlan[]

const FLOW_KEYS = ['repeat', 'if', 'switch', 'group', 'parallel'] as const

/** Tells whether a step holds others. */
export function isFlow(step: StepDocument): step is FlowDocument {
  return FLOW_KEYS.some((key) => key in step)
}

/** Returns the lists of steps inside a step of a document, with their keys. */
export function innerDocuments(
  step: StepDocument,
): readonly { readonly path: Path; readonly steps: readonly StepDocument[] }[] {
  if (!isFlow(step)) return []
  if ('parallel' in step) return [{ path: ['parallel'], steps: step.parallel }]
  const otherwise = 'else' in step && step.else !== undefined ? [{ path: ['else'], steps: step.else }] : []
  if (!('switch' in step)) return [{ path: ['steps'], steps: step.steps }, ...otherwise]
  const cases = Object.entries(step.cases).map(([value, steps]) => ({ path: ['cases', value], steps }))
  return [...cases, ...otherwise]
}

export function resolveFlow(step: FlowDocument, path: Path, inside: ResolveInner): StepPlan {
  const list = (steps: readonly StepDocument[] | undefined, ...at: Path) =>
    steps === undefined ? [] : inside(steps, [...path, ...at])
  if ('repeat' in step) {
    const { repeat } = step
    const rounds =
      typeof repeat === 'number'
        ? { times: repeat, while: null, until: null }
        : {
            times: repeat.atMost,
            while: 'while' in repeat ? repeat.while : null,
            until: 'until' in repeat ? repeat.until : null,
          }
    return { kind: 'repeat', ...rounds, steps: list(step.steps, 'steps') }
  }
  if ('parallel' in step)
    // A list of nothing but requests.
    return { kind: 'parallel', steps: list(step.parallel, 'parallel') as RequestStepPlan[] }
  if ('group' in step) return { kind: 'group', name: step.group, steps: list(step.steps, 'steps') }
  if ('if' in step)
    return { kind: 'if', condition: step.if, steps: list(step.steps, 'steps'), else: list(step.else, 'else') }
  return {
    kind: 'switch',
    variable: step.switch,
    cases: Object.entries(step.cases).map(([value, steps]) => ({
      value,
      steps: list(steps, 'cases', value),
    })),
    else: list(step.else, 'else'),
  }
}
