/** The rest of the error budget of each objective while load runs. */
import { errorBudget } from '../analysis/error-budget.ts'
import type { MeasuredView } from '../analysis/measured-view.ts'
import { shareClaimOf } from '../analysis/share-claim.ts'
import type { ObjectivePlan } from '../model/plan.ts'

interface Sum {
  allowed: number
  over: number
  total: number
}

/** Adds up what counts against each objective; the same sums as the verdict's at the end. */
export class BudgetWatch {
  readonly #objectives: readonly ObjectivePlan[]
  readonly #sums: Sum[]

  constructor(objectives: readonly ObjectivePlan[]) {
    this.#objectives = objectives
    this.#sums = objectives.map(() => ({ allowed: 0, over: 0, total: 0 }))
  }

  /** @param view of one more interval */
  add(view: MeasuredView): void {
    for (const [i, objective] of this.#objectives.entries()) {
      const claim = shareClaimOf(view, objective)
      const sum = this.#sums[i]
      if (claim === null || !claim.atMost || sum === undefined) continue
      sum.allowed = claim.allowed
      sum.over += claim.k
      sum.total += claim.n
    }
  }

  /** 0-1, by the objective's place in the plan; null for what has no budget, and before a request counted. */
  leftRatioOf(place: number): number | null {
    const { allowed, over, total } = this.#sums[place] ?? { allowed: 0, over: 0, total: 0 }
    return errorBudget([{ startMs: 0, endMs: 0, over, total }], allowed)?.budgetLeftRatio ?? null
  }
}
