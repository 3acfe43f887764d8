/** Shows a search on the board of its runs. */
import { liveSearchOf } from '../analysis/capacity/live-search.ts'
import type { NextProbe, SearchState } from '../analysis/capacity/search-state.ts'
import type { CapacityProbe, CapacityRecord } from '../model/capacity.ts'
import type { LiveVerdict } from '../model/live-view.ts'
import { type AnsweredCapacity, capacityFacts, capacityHeadline } from '../text/capacity-text.ts'
import { outcomeText } from '../text/outcome-text.ts'
import { wordTone } from '../text/word-tone.ts'
import type { WatchedRuns } from './watched-runs.ts'

/** Observes a search for the runs that it makes. */
export function watchedSearch(runs: Pick<WatchedRuns, 'searching'>) {
  return {
    onNext: (_next: NextProbe, record: CapacityRecord, known: SearchState): void =>
      runs.searching(liveSearchOf(record, known)),
    onProbe: (_probe: CapacityProbe, record: CapacityRecord, known: SearchState): void =>
      runs.searching(liveSearchOf(record, known)),
  }
}

/** The answer of a search in the place of a verdict. */
export function liveAnswerOf(record: AnsweredCapacity): LiveVerdict {
  const { outcome, exitCode, cautions } = record.answer
  return {
    outcome,
    exitCode,
    word: outcomeText(outcome),
    tone: wordTone(outcome) ?? 'doubt',
    headline: capacityHeadline(record),
    others: [
      ...cautions.map(({ message }) => message),
      ...capacityFacts(record).map(([what, text]) => `${what}: ${text}`),
    ],
  }
}
