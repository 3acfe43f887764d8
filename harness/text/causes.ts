/**
 * The reasons and cautions of a verdict by their cause: what is about the same demand is one, however often it was seen, and so is
 * a missed objective with the regression that made it so.
 */
import type { ComparisonCheck } from '../model/comparison.ts'
import { gateDemand } from '../model/demand.ts'
import type { Verdict, VerdictReason } from '../model/verdict.ts'

export interface Cause {
  /** error: why the outcome is what it is. caution: a thing to know. */
  readonly kind: 'error' | 'caution'
  /** The reason that says most. */
  readonly reason: VerdictReason
  /** Other reasons about the same demand: that load was ended for it, that it was breached while load ran. */
  readonly also: readonly VerdictReason[]
}

/** Returns the causes of the outcome in the order of the risks, then the cautions, which are in the same order. */
export function causesOf(verdict: Verdict): Cause[] {
  const { reasons, cautions } = verdict
  const noted = cautions.filter((caution) => !reasons.some((reason) => isSame(reason, caution)))
  const all = [
    ...inOrderOfRisk(verdict, reasons).map((reason) => ({ kind: 'error' as const, reason })),
    ...inOrderOfRisk(verdict, noted).map((reason) => ({ kind: 'caution' as const, reason })),
  ]
  const idOf = causeIds(verdict, all)
  return all.flatMap((each, i) => {
    const same = all.filter((other, j) => j === i || isAboutSame(other.reason, each.reason, idOf))
    if (same[0] !== each) return []
    const [main, ...also] = [...same].sort((a, b) => weightOf(a) - weightOf(b))
    return [{ ...(main ?? each), also: also.map(({ reason }) => reason) }]
  })
}

type Told = Pick<Cause, 'kind' | 'reason'>

/** Gives the id of the demand whose cause a reason belongs to; null for what is about no demand. */
function causeIds(
  { objectives, comparison }: Verdict,
  all: readonly Told[],
): (reason: VerdictReason) => string | null {
  const missed = all.flatMap(({ reason: { code, about } }) =>
    code === 'OBJECTIVE_MISSED' ? objectives.filter(({ id }) => id === about?.id) : [],
  )
  const checks = comparison?.checks ?? []
  return ({ about }) => {
    if (about === null) return null
    const check = checks.find((each) => gateDemand(each, comparison?.baseline ?? null).id === about.id)
    const objective =
      check &&
      missed.find(
        ({ metric, labels }) => (labels['step'] ?? null) === check.step && kindOf(check).includes(metric),
      )
    return objective?.id ?? about.id
  }
}

const TIMES: readonly string[] = ['response_time', 'service_time', 'ttfb']
const KINDS: Partial<Record<ComparisonCheck['metric'], readonly string[]>> = {
  error_ratio: ['error_ratio', 'failed_ratio', 'timeout_ratio', 'availability'],
  throughput: ['throughput', 'goodput', 'throughput_kept'],
  stalls: [],
}

/** The metrics of objectives that are missed for the cause for which a gate is. */
function kindOf({ metric }: ComparisonCheck): readonly string[] {
  return KINDS[metric] ?? TIMES
}

/** The codes that are told beside another reason about the same demand. */
const BESIDE: ReadonlySet<string> = new Set(['ABORTED_BY_OBJECTIVE', 'OBJECTIVE_FIRED'])

/** Sorts what decides the outcome to the front, and of that a missed objective, which has figures and a limit. */
function weightOf({ kind, reason: { code } }: Told): number {
  return (kind === 'error' ? 0 : 4) + (BESIDE.has(code) ? 2 : 0) + (code === 'OBJECTIVE_MISSED' ? 0 : 1)
}

function isSame(a: VerdictReason, b: VerdictReason): boolean {
  return a.code === b.code && a.message === b.message
}

function isAboutSame(
  a: VerdictReason,
  b: VerdictReason,
  idOf: (reason: VerdictReason) => string | null,
): boolean {
  const id = idOf(a)
  return id !== null && id === idOf(b)
}

function inOrderOfRisk({ risks, outcome }: Verdict, reasons: readonly VerdictReason[]): VerdictReason[] {
  const rankOf = ({ about }: VerdictReason) => {
    // Where nothing can be believed, why not comes before what was seen.
    if (about === null && outcome === 'INCONCLUSIVE') return -1
    const rank = risks.findIndex(({ id }) => id === about?.id)
    return rank < 0 ? risks.length : rank
  }
  return [...reasons].sort((a, b) => rankOf(a) - rankOf(b))
}
