/** The causes of failed requests, as far as they are known: the texts that were told apart, and the rest by kind. */
import { lookUp } from '../base/names.ts'
import { FailureCounts } from '../measure/failure-counts.ts'
import {
  FAILURE_TEXTS_MAX,
  type FailureCount,
  OTHER_FAILURES,
  type StepFailures,
} from '../model/failures-schema.ts'
import type { StepCounts } from '../model/interval-snapshot.ts'
import { ERROR_KIND_INDEX, OUTCOME_ABORTED, outcomeOfErrorKind } from '../model/outcome.ts'
import type { MeasuredView, Selection } from './measured-view.ts'

/** Returns the causes of the failures of a selection, the most frequent first. */
export function failureCauses(view: MeasuredView, selection: Selection): FailureCount[] {
  return causesOf(view.counts(selection), view.failures(selection))
}

/** Returns the causes for which code failed its journeys, the most frequent first. @param journey its name; absent: all of them */
export function journeyCauses(view: Pick<MeasuredView, 'journeyFailures'>, journey?: string): FailureCount[] {
  return toldCauses(view.journeyFailures(), journey)
}

/** Adds up the causes of failures, the most frequent first. @param name of a step or journey; absent: all of them */
export function toldCauses(failures: readonly StepFailures[], name?: string): FailureCount[] {
  const told = new FailureCounts(Number.POSITIVE_INFINITY)
  for (const { step, counts } of failures)
    if (name === undefined || step === name)
      for (const { kind, text, count } of counts) told.add(kind, text, count)
  return told.list(FAILURE_TEXTS_MAX).sort((a, b) => b.count - a.count)
}

/** Returns the causes of counted failures, the most frequent first. @param failures of the same requests */
export function causesOf(
  { errors }: Pick<StepCounts, 'errors'>,
  failures: readonly Pick<StepFailures, 'counts'>[],
): FailureCount[] {
  const told = new FailureCounts(Number.POSITIVE_INFINITY)
  const toldOfKind = new Map<string, number>()
  for (const { kind, text, count } of failures.flatMap(({ counts }) => counts)) {
    told.add(kind, text, count)
    toldOfKind.set(kind, (toldOfKind.get(kind) ?? 0) + count)
  }
  for (const [kind, count] of Object.entries(errors)) {
    const untold = count - (toldOfKind.get(kind) ?? 0)
    if (untold > 0 && !isAborted(kind)) told.add(kind, OTHER_FAILURES, untold)
  }
  return told.list(FAILURE_TEXTS_MAX).sort((a, b) => b.count - a.count)
}

function isAborted(kind: string): boolean {
  return outcomeOfErrorKind(lookUp(ERROR_KIND_INDEX, kind) ?? 0) === OUTCOME_ABORTED
}
