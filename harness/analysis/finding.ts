/** The basis of the judgement of one objective. */
import type { ErrorBudget, ObjectiveResult } from '../model/objective-result.ts'

export type Finding = Pick<
  ObjectiveResult,
  'outcome' | 'observed' | 'isAtLeast' | 'interval' | 'sampleCount' | 'effectiveSampleCount'
> & { readonly budget: ErrorBudget | null }

export const NO_DATA: Finding = {
  outcome: 'no-data',
  observed: null,
  isAtLeast: false,
  interval: null,
  sampleCount: 0,
  effectiveSampleCount: null,
  budget: null,
}
