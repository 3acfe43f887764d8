import type { ObjectivePlan } from './plan.ts'

/** Returns true when a value keeps a bound. */
export function holds(value: number, op: ObjectivePlan['op'], bound: number): boolean {
  switch (op) {
    case '<':
      return value < bound
    case '<=':
      return value <= bound
    case '>':
      return value > bound
    case '>=':
      return value >= bound
  }
}
