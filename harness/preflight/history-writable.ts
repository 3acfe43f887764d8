import type { PreflightCheck } from '../ports/preflight.ts'
import { tryWriting } from './try-writing.ts'

const NAME = 'history-writable'

/** Checks the history, because after the load it would be too late to choose another one. */
export const historyWritable: PreflightCheck = {
  name: NAME,
  summary: 'the history takes the run',
  check: ({ writeHistory }) =>
    tryWriting({
      check: NAME,
      write: writeHistory,
      unused: 'the run is not remembered',
      written: 'it takes runs',
      hintOf: (own = 'Repair it.') => `${own} Or leave the run out of it: --no-history.`,
    }),
}
