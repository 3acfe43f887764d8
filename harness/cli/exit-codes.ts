/** Every exit status of the command and its meaning. */
import { ERROR_EXIT_STATUS } from '../base/errors.ts'
import { OUTCOME_EXIT_STATUS } from '../model/verdict.ts'

export const EXIT_CODES: readonly { readonly status: number; readonly meaning: string }[] = [
  { status: OUTCOME_EXIT_STATUS.GO, meaning: 'GO: measurement valid, no objective missed' },
  { status: OUTCOME_EXIT_STATUS.NO_GO, meaning: 'NO-GO: a core objective was missed' },
  { status: ERROR_EXIT_STATUS.USAGE, meaning: 'invalid usage or scenario' },
  {
    status: OUTCOME_EXIT_STATUS.INCONCLUSIVE,
    meaning:
      'INCONCLUSIVE: the measurement is not reliable enough to judge (with --strict, also any caution)',
  },
  { status: ERROR_EXIT_STATUS.PREFLIGHT_BLOCKED, meaning: 'preflight blocked the run' },
  {
    status: ERROR_EXIT_STATUS.ROLLBACK_FAILED,
    meaning: 'rollback failed, or ended before the system was shown to be healthy',
  },
  { status: ERROR_EXIT_STATUS.INTERNAL, meaning: 'a bug in proofload' },
  { status: ERROR_EXIT_STATUS.INTERRUPTED, meaning: 'interrupted before anything was measured' },
]

/** Renders the table for `--help`. */
export function exitCodesText(): string {
  return [
    'Exit status:',
    ...EXIT_CODES.map(({ status, meaning }) => `  ${String(status).padStart(3)}  ${meaning}`),
  ].join('\n')
}
