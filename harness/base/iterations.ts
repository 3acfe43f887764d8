/** A number of iterations as authors write it: `1000` for the whole run, `'10 per agent'` for each of its agents. */
import { HarnessError } from './errors.ts'

/** The number of iterations after which a run ends, of all its agents together or of each. */
export interface Iterations {
  readonly count: number
  readonly of: 'run' | 'agent'
}

const WRITTEN = /^([1-9]\d{0,11})(\s+per\s+agent)?$/

/** @throws HarnessError UNIT_INVALID */
export function parseIterations(written: number | string): Iterations {
  const [, count, perAgent] = WRITTEN.exec(String(written).trim()) ?? []
  if (count === undefined)
    throw new HarnessError(
      'UNIT_INVALID',
      `'${written}' is not a number of iterations, such as 1000, or '10 per agent'`,
      {
        hint: "Write a whole number above 0 for the whole run, for example 1000, or '10 per agent'.",
      },
    )
  return { count: Number(count), of: perAgent === undefined ? 'run' : 'agent' }
}
