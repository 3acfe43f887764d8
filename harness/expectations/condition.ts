/** Compiles conditions on variables. Total: whatever the variables are, a condition holds or does not. */
import { Template, UnsetVariable, type VariableLookup } from '../base/template.ts'
import type { ConditionPlan, VariableCondition } from '../model/plan/condition-schema.ts'

/** Tells whether a condition holds for the agent whose variables these are. */
export type Condition = (variables: VariableLookup) => boolean

/** Tells whether a text, or the lack of one, is what is wanted. */
type ValueTest = (value: string | undefined, variables: VariableLookup) => boolean

export function compileCondition(condition: ConditionPlan): Condition {
  if ('not' in condition) {
    const inner = compileCondition(condition.not)
    return (variables) => !inner(variables)
  }
  if ('all' in condition) {
    const each = condition.all.map(compileCondition)
    return (variables) => each.every((holds) => holds(variables))
  }
  if ('any' in condition) {
    const each = condition.any.map(compileCondition)
    return (variables) => each.some((holds) => holds(variables))
  }
  const { variable } = condition
  const tests = testsOf(condition)
  return (variables) => {
    const value = variables(variable)
    return tests.every((holds) => holds(value, variables))
  }
}

/** The condition under which a case of a switch is walked. */
export function compileCase(variable: string, value: string): Condition {
  return (variables) => variables(variable) === value
}

function testsOf({ equals, in: among, matches, exists, above, below }: VariableCondition): ValueTest[] {
  const tests: ValueTest[] = []
  if (exists !== undefined) tests.push((value) => (value !== undefined) === exists)
  if (equals !== undefined) tests.push(equalTo(equals))
  if (among !== undefined) {
    const each = among.map(equalTo)
    tests.push((value, variables) => each.some((isEqual) => isEqual(value, variables)))
  }
  if (matches !== undefined) {
    const pattern = new RegExp(matches)
    tests.push((value) => value !== undefined && pattern.test(value))
  }
  if (above !== undefined) tests.push((value) => numberOf(value) > above)
  if (below !== undefined) tests.push((value) => numberOf(value) < below)
  return tests
}

function equalTo(wanted: string | number | boolean): ValueTest {
  if (typeof wanted === 'number') return (value) => numberOf(value) === wanted
  const template = Template.parse(String(wanted))
  const { constant } = template
  if (constant !== null) return (value) => value === constant
  return (value, variables) => value !== undefined && value === rendered(template, variables)
}

/** Not a number for a text that is none, which is neither above nor below anything. */
function numberOf(value: string | undefined): number {
  return value === undefined || value.trim() === '' ? Number.NaN : Number(value)
}

/** Returns null where a variable of the text is not set: nothing equals that. */
function rendered(template: Template, variables: VariableLookup): string | null {
  try {
    return template.render(variables)
  } catch (error) {
    if (error instanceof UnsetVariable) return null
    throw error
  }
}
