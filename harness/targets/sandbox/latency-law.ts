/**
 * The law of the times of the sandbox's components, in closed form.
 *
 * A drawn component lies in [minMs, maxMs] after Kumaraswamy (J. Hydrology 46, 1980), whose distribution function on
 * the unit interval, F(x) = 1 - (1 - x^a)^b, inverts without iteration. With a > 1 and b > a it rises from the lower
 * bound, leans to the left and thins out towards the upper one, as answer times do. The file system is not drawn: a
 * real read takes what it takes. The time of an operation is the sum of its independent components, so its law is the
 * convolution of theirs, plus the read and up to about 1 ms per wait, because timers cannot end one sooner.
 */
import type { MsRange } from '../../model/plan.ts'
import type { OperationClass } from './catalogue.ts'

/** Parts of an operation's time, by the names they have in `Server-Timing`. */
export const COMPONENTS = ['policy', 'llm', 'expert', 'filesystem', 'event-store', 'batch'] as const
export type Component = (typeof COMPONENTS)[number]

/** A Kumaraswamy law stretched over [minMs, maxMs]. */
export interface BoundedLaw extends MsRange {
  readonly a: number
  readonly b: number
}

/** The table: bounds and shape of every drawn component; null = measured, not drawn. */
export const COMPONENT_LAWS: Readonly<Record<Component, BoundedLaw | null>> = {
  policy: { minMs: 5, maxMs: 25, a: 2, b: 5 },
  llm: { minMs: 20, maxMs: 80, a: 1.5, b: 4 },
  expert: { minMs: 10, maxMs: 60, a: 1.2, b: 3 },
  filesystem: null,
  'event-store': { minMs: 1.5, maxMs: 3.5, a: 2, b: 2 },
  batch: { minMs: 1_000, maxMs: 4_000, a: 2, b: 5 },
}

/** The components that each class of operation passes through, in order. */
export const COMPONENTS_OF_CLASS: Readonly<Record<OperationClass, readonly Component[]>> = {
  safe: ['policy', 'filesystem', 'event-store'],
  risky: ['policy', 'llm', 'filesystem', 'event-store'],
  complex: ['policy', 'llm', 'expert', 'filesystem', 'event-store'],
}

/** The components of a batch. */
export const COMPONENTS_OF_BATCH: readonly Component[] = ['batch']

/** The components that answer by themselves, too. */
export const LONE_COMPONENTS: readonly Component[] = COMPONENTS_OF_CLASS.complex

/** The law of an expert who answers within the given bounds. */
export function expertLaw(answer: MsRange): BoundedLaw {
  return { a: 1.2, b: 3, ...answer }
}

/** The value, in ms, that a draw falls below with probability `uniform`. */
export function quantileOf(law: BoundedLaw, uniform: number): number {
  const unit = (1 - (1 - uniform) ** (1 / law.b)) ** (1 / law.a)
  return law.minMs + (law.maxMs - law.minMs) * unit
}

/** Probability that a draw is at most `valueMs`. */
export function cumulativeOf(law: BoundedLaw, valueMs: number): number {
  const unit = Math.min(1, Math.max(0, (valueMs - law.minMs) / (law.maxMs - law.minMs)))
  return 1 - (1 - unit ** law.a) ** law.b
}

/** A total time as people read it, milliseconds. */
export interface LawSummary {
  readonly meanMs: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

const GRID_MS = 0.05

/** Mean and percentiles of the drawn time of a class, by convolution on a grid of 0.05 ms. */
export function lawOfClass(operationClass: OperationClass): LawSummary {
  return lawOf(COMPONENTS_OF_CLASS[operationClass])
}

/** Mean and percentiles of the time of a batch. */
export function lawOfBatch(): LawSummary {
  return lawOf(COMPONENTS_OF_BATCH)
}

function lawOf(components: readonly Component[]): LawSummary {
  return summarizeSum(components.flatMap((component) => COMPONENT_LAWS[component] ?? []))
}

/** Mean and percentiles of a sum of independent draws. */
export function summarizeSum(laws: readonly BoundedLaw[]): LawSummary {
  const minMs = laws.reduce((sum, law) => sum + law.minMs, 0)
  const masses = laws.map(massesOf).reduce(convolve, [1])
  // A cell stands for its middle; the middles of n summed cells lie n/2 cells above the sum of their left edges.
  const valueAt = (cell: number) => minMs + (cell + laws.length / 2) * GRID_MS
  const quantileAt = (quantile: number) => {
    let below = 0
    let cell = -1
    while (below < quantile && cell < masses.length - 1) below += masses[++cell] ?? 0
    return rounded(valueAt(cell))
  }
  return {
    meanMs: rounded(masses.reduce((sum, mass, cell) => sum + mass * valueAt(cell), 0)),
    p50Ms: quantileAt(0.5),
    p95Ms: quantileAt(0.95),
    p99Ms: quantileAt(0.99),
    maxMs: laws.reduce((sum, law) => sum + law.maxMs, 0),
  }
}

/** To the microsecond; the grid is coarser. */
function rounded(valueMs: number): number {
  return Math.round(valueMs * 1000) / 1000
}

function massesOf(law: BoundedLaw): number[] {
  const cells = Math.ceil((law.maxMs - law.minMs) / GRID_MS)
  const edge = (cell: number) => cumulativeOf(law, law.minMs + cell * GRID_MS)
  return Array.from({ length: cells }, (_, cell) => edge(cell + 1) - edge(cell))
}

function convolve(left: readonly number[], right: readonly number[]): number[] {
  const sum = new Array<number>(left.length + right.length - 1).fill(0)
  left.forEach((mass, i) => {
    right.forEach((other, j) => {
      sum[i + j] = (sum[i + j] ?? 0) + mass * other
    })
  })
  return sum
}
