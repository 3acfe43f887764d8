/** The runs that count in a comparison: what the machine did to one it may not do to the next. */
import { comparedRunOf } from '../../analysis/comparison/baseline.ts'
import type { ComparedRun } from '../../analysis/comparison/compared-run.ts'
import { RecordView } from '../../analysis/record-view.ts'
import { assessValidity } from '../../analysis/validity/index.ts'
import { HarnessError } from '../../base/errors.ts'
import type { Comparison } from '../../model/comparison.ts'
import type { RunRecord } from '../../model/run-record.ts'

/** A run that cannot be believed is made again twice at most. */
export const REPEATS_MAX = 2

/** Loads a build once. */
type LoadOnce = () => Promise<RunRecord>

/**
 * Makes a run, and makes it again while it cannot be believed. A run of which only the start was late counts with its service
 * times when none is better. @param attempts runs at most @throws HarnessError RUN_INVALID
 */
export async function believableRun(load: LoadOnce, build: string, attempts: number): Promise<ComparedRun> {
  let late: ComparedRun | null = null
  let record: RunRecord
  do {
    record = await load()
    const run = comparedRunOf(record)
    if (run.trust === 'all') return run
    if (run.trust === 'service_time') late = run
    attempts--
  } while (attempts > 0)
  if (late !== null) return late
  const [reason] = assessValidity(new RecordView(record)).invalid
  throw new HarnessError(
    'RUN_INVALID',
    `a run of the ${build} is not a valid measurement: ${reason?.message ?? 'it cannot be believed'}`,
    { hint: 'Only valid runs are compared; free CPU for the generator and start again.' },
  )
}

/** Returns the note on a run that could not be believed. @throws the error when it is another */
export function noteOnInvalid(error: unknown): string {
  if (error instanceof HarnessError && error.code === 'RUN_INVALID') return error.message
  throw error
}

/** The comparison with one more remark. */
export function withNote(comparison: Comparison, note: string): Comparison {
  return { ...comparison, notes: [...comparison.notes, note] }
}
