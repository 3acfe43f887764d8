import type { PreflightCheck } from '../ports/preflight.ts'
import { tryWriting } from './try-writing.ts'

const NAME = 'state-writable'

/** Checks that the state store takes a value, where the run may have to halt load, hold the deploy lock, or was given a store. */
export const stateWritable: PreflightCheck = {
  name: NAME,
  summary: 'the state store can be written where the run may have to',
  check: ({ writeState }) =>
    tryWriting({
      check: NAME,
      write: writeState,
      unused: 'this run only reads it',
      written: 'it takes values',
      hintOf: (own = 'Repair the state store, or choose another one with --state.') => own,
    }),
}
