import type { VerdictReason } from '../../model/verdict.ts'
import type { RecordView } from '../record-view.ts'

/** A look at the instrument of a finished run; null when all is well. */
export type Rule = (view: RecordView) => VerdictReason | null

/** The advice where a generator had too little CPU. */
export const MORE_CPU = 'use more --threads, another machine, or a lower rate'

/** Makes the reason that a rule gives. */
export function reason(
  code: string,
  message: string,
  evidence: Record<string, unknown>,
  severity: VerdictReason['severity'] = 'critical',
): VerdictReason {
  return { code, severity, message, about: null, detail: message, evidence }
}
