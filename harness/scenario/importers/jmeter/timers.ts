/** Timers as pauses. */
import type { ImportedThink } from '../imported.ts'
import type { ImportReport } from '../report.ts'
import type { PlanData } from './data.ts'
import type { PlanNode } from './nodes.ts'
import { propertyOf } from './xml.ts'

/** Deviations of a Gaussian timer that its range holds. */
const DEVIATIONS = 2

export function thinkOfTimer(
  { kind, element, name }: PlanNode,
  data: PlanData,
  report: ImportReport,
): readonly ImportedThink[] {
  if (!/Timer$/.test(kind)) return []
  const delayMs = data.number(propertyOf(element, 'ConstantTimer.delay'), 0)
  const rangeMs = data.number(propertyOf(element, 'RandomTimer.range'), 0)
  switch (kind) {
    case 'ConstantTimer':
      return pause(delayMs, delayMs)
    case 'UniformRandomTimer':
      return pause(delayMs, delayMs + rangeMs)
    case 'GaussianRandomTimer':
    case 'PoissonRandomTimer':
      report.lost('laws of pauses: they are even within two deviations', name)
      return pause(Math.max(0, delayMs - DEVIATIONS * rangeMs), delayMs + DEVIATIONS * rangeMs)
    default:
      report.lost('timers', `${kind} ${name}`)
      return []
  }
}

function pause(minMs: number, maxMs: number): readonly ImportedThink[] {
  return maxMs > 0 ? [{ kind: 'think', minMs, maxMs }] : []
}
