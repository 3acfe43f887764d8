/** Every exit status of the command and what it means (DESIGN section 5). */
import { ERROR_EXIT_STATUS } from '../base/errors.ts'
import { OUTCOME_EXIT_STATUS } from '../model/verdict.ts'

export const EXIT_CODES: readonly { readonly status: number; readonly meaning: string }[] = [
  { status: OUTCOME_EXIT_STATUS.GO, meaning: 'GO: measurement valid, no objective missed' },
  { status: OUTCOME_EXIT_STATUS.NO_GO, meaning: 'NO-GO: a core objective was missed' },
  { status: ERROR_EXIT_STATUS.USAGE, meaning: 'usage or scenario invalid' },
  {
    status: OUTCOME_EXIT_STATUS.INCONCLUSIVE,
    meaning: 'INCONCLUSIVE: the measurement cannot be believed (with --strict, also any caution)',
  },
  { status: ERROR_EXIT_STATUS.PREFLIGHT_BLOCKED, meaning: 'preflight blocked the run' },
  {
    status: ERROR_EXIT_STATUS.ROLLBACK_FAILED,
    meaning: 'rollback failed, or ended without the system shown healthy',
  },
  { status: ERROR_EXIT_STATUS.INTERNAL, meaning: 'a bug in proofload' },
  { status: ERROR_EXIT_STATUS.INTERRUPTED, meaning: 'interrupted before anything was measured' },
]

/** For `--help`. */
export function exitCodesText(): string {
  return [
    'Exit status:',
    ...EXIT_CODES.map(({ status, meaning }) => `  ${String(status).padStart(3)}  ${meaning}`),
  ].join('\n')
}
