/** Turns mocks of a document into those of a plan: each has to understand every request of the target whose place it takes. */
import type { Problem } from '../base/errors.ts'
import { lookUp } from '../base/names.ts'
import type { Registry } from '../base/registry.ts'
import type { RequestStepPlan, RunPlan } from '../model/plan.ts'
import { plannedRequests } from '../model/plan-steps.ts'
import type { TargetPlugin } from '../ports/target-plugin.ts'
import type { MockDocument } from './mock-schema.ts'
import { type Path, parseAt, pathText, unknownName } from './problems.ts'
import { resolveTarget } from './resolve-targets.ts'
import type { ScenarioDocument } from './schema.ts'

type MocksPlan = NonNullable<RunPlan['mocks']>
type MockPlan = MocksPlan[string]

/** The resolved parts that mocks are compared with. */
export interface MockContext extends Pick<RunPlan, 'targets' | 'journeys' | 'login'> {
  readonly plugins: Registry<TargetPlugin>
  readonly problems: Problem[]
}

/** Mocks by target; what is wrong goes to `context.problems`. Nothing where there are none. */
export function resolveMocks(
  { mocks = {}, connections }: Pick<ScenarioDocument, 'mocks' | 'connections'>,
  context: MockContext,
): Pick<RunPlan, 'mocks'> {
  const entries = Object.entries(mocks).flatMap(([target, mock]) => {
    if (lookUp(context.targets, target) === undefined) {
      context.problems.push(unknownName(['mocks', target], 'target', target, Object.keys(context.targets)))
      return []
    }
    return [[target, resolveMock(mock, target, connections, context)] as const]
  })
  return entries.length === 0 ? {} : { mocks: Object.fromEntries(entries) }
}

function resolveMock(
  mock: MockDocument,
  target: string,
  connections: number | undefined,
  { plugins, problems, ...walks }: MockContext,
): MockPlan {
  const path = ['mocks', target]
  const resolved = resolveTarget(mock, path, { plugins, connections }, problems)
  if (!plugins.names.includes(mock.plugin)) return { ...resolved, steps: {} }
  const plugin = plugins.get(mock.plugin)
  const asked = plannedRequests(walks).filter((step) => step.target === target)
  problems.push(...unknownSteps(mock, asked, path), ...notUnderstood(mock, asked, plugin, path))
  const steps = Object.entries(mock.steps).map(([step, { request, expect = {}, extract = {} }]) => {
    const checked = parseAt(plugin.requestSchema, request, [...path, 'steps', step, 'request'])
    problems.push(...checked.problems)
    const expected = Object.entries(expect).flatMap(([kind, value]) =>
      value === undefined ? [] : [{ kind, value }],
    )
    return [step, { request: checked.value ?? request, expect: expected, extract }] as const
  })
  return { ...resolved, steps: Object.fromEntries(steps) }
}

function unknownSteps({ steps }: MockDocument, asked: readonly RequestStepPlan[], path: Path): Problem[] {
  const names = [...new Set(asked.map(({ name }) => name))]
  return Object.keys(steps)
    .filter((step) => !names.includes(step))
    .map((step) => unknownName([...path, 'steps', step], 'step', step, names))
}

/** Steps without a request for the mock have to be in a format that it shares with the target. */
function notUnderstood(
  { plugin: name, steps }: MockDocument,
  asked: readonly RequestStepPlan[],
  plugin: TargetPlugin,
  path: Path,
): Problem[] {
  const foreign = asked.filter(
    (step) => !Object.hasOwn(steps, step.name) && !plugin.requestSchema.safeParse(step.request).success,
  )
  return [...new Set(foreign.map((step) => step.name))].map((step) => ({
    path: pathText([...path, 'steps']),
    message: `the request of step '${step}' is none that ${name} understands`,
    expected: `steps: { '${step}': { request: ... } } in the format of ${name}`,
  }))
}
