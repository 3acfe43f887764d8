/** Rules about browsers on the machine of the generator: they take the CPU that the pages of one another would need. */
import { median } from 'simple-statistics'
import { formatRatio } from '../../base/units.ts'
import { MEASURES } from '../../model/measures.ts'
import type { VerdictReason } from '../../model/verdict.ts'
import type { RecordView } from '../record-view.ts'
import { type Rule, reason } from './rule.ts'

/** From here on the times of pages are in doubt, and from here on worth nothing. */
const BUSY_RATIO = 0.8
const FULL_RATIO = 0.95

/** The typical share of the machine's cores that was busy while pages were measured; null where there were none, or nobody knows. */
function busyRatioOf(view: RecordView): number | null {
  if (view.count(MEASURES.page_requests.name, {}) === 0) return null
  const known = view.intervals
    .map(({ generator }) => generator.machineCpuRatio)
    .filter((ratio) => ratio !== null)
  return known.length === 0 ? null : median(known)
}

function browserReason(busyRatio: number, severity: VerdictReason['severity']): VerdictReason {
  return reason(
    'BROWSER_CPU',
    `the cores of this machine were ${formatRatio(busyRatio)} busy while its browsers were measured: they slow each other down, and the times of pages are not those of the server; use fewer agents or a larger machine`,
    { busyRatio },
    severity,
  )
}

/** The machine had little left for a page that needed more. */
export const browsersBusy: Rule = (view) => {
  const busyRatio = busyRatioOf(view)
  return busyRatio === null || busyRatio <= BUSY_RATIO || busyRatio > FULL_RATIO
    ? null
    : browserReason(busyRatio, 'warning')
}

/** The machine had nothing left: what was measured is its own want. */
export const browsersStarved: Rule = (view) => {
  const busyRatio = busyRatioOf(view)
  return busyRatio === null || busyRatio <= FULL_RATIO ? null : browserReason(busyRatio, 'critical')
}
