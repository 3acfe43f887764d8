/** Conditions of steps for people. */
import type { ConditionPlan, VariableCondition } from '../model/plan/condition-schema.ts'

/** `status equals "paid" and tries below 3` */
export function conditionText(condition: ConditionPlan): string {
  if ('not' in condition) return `not (${conditionText(condition.not)})`
  if ('all' in condition) return condition.all.map(partText).join(' and ')
  if ('any' in condition) return condition.any.map(partText).join(' or ')
  const { variable, ...tests } = condition
  return Object.entries(tests)
    .map(([test, value]) => testText(variable, test as keyof VariableCondition, value))
    .join(' and ')
}

function partText(condition: ConditionPlan): string {
  return 'variable' in condition ? conditionText(condition) : `(${conditionText(condition)})`
}

function testText(variable: string, test: keyof VariableCondition, value: unknown): string {
  if (test === 'exists') return `${variable} is ${value === true ? 'set' : 'not set'}`
  const words = Array.isArray(value)
    ? value.map((each) => JSON.stringify(each)).join(', ')
    : JSON.stringify(value)
  return `${variable} ${test} ${words}`
}
