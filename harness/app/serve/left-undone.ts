import { dirname } from 'node:path'
import { AUTO_BASELINE, mayBeginBaseline } from '../compare/baselines.ts'
import type { FinishedRun } from '../run/publish.ts'

/** Lists what the same run would have done, had somebody started it from the command line. */
export function leftUndone(finished: FinishedRun): string[] {
  const { files } = finished
  const { rollback } = finished.verdict
  const steps = rollback?.plan?.filter(({ step }) => step === 'undo') ?? []
  const undo = steps.map(({ description }) => `; armed, it would undo: ${description}`).join('')
  const approve = `proofload baseline approve ${dirname(files['record'] ?? '')} --name ${AUTO_BASELINE}`
  return [
    ...(rollback === null ? [] : [`${rollback.message}${undo}`]),
    ...(mayBeginBaseline(finished)
      ? [`a run from a page starts no baseline; to approve this run: ${approve}`]
      : []),
  ]
}
