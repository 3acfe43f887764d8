/** A search as it is watched: on the board of its runs, in lines of text, and its answer. */
import { liveSearchOf } from '../analysis/capacity/live-search.ts'
import type { NextProbe, SearchState } from '../analysis/capacity/search-state.ts'
import { formatAmount, formatDurationMs } from '../base/units.ts'
import type { CapacityProbe, CapacityRecord } from '../model/capacity.ts'
import type { LiveVerdict } from '../model/live-view.ts'
import { type AnsweredCapacity, capacityFacts, capacityHeadline, xText } from '../text/capacity-text.ts'
import { barLines, knownText, nextText } from '../text/live-search-text.ts'
import { outcomeText } from '../text/outcome-text.ts'
import { wordTone } from '../text/word-tone.ts'
import type { WatchedRuns } from './watched-runs.ts'

/** Shows a search beside the runs that it makes, and says each probe, what is known, the next x with its reason, and the time left. */
export function watchedSearch(runs: Pick<WatchedRuns, 'searching'>, say: (line: string) => void) {
  return {
    onNext(_next: NextProbe, record: CapacityRecord, known: SearchState): void {
      const live = liveSearchOf(record, known)
      runs.searching(live)
      say(nextText(live))
    },
    onProbe(probe: CapacityProbe, record: CapacityRecord, known: SearchState): void {
      const live = liveSearchOf(record, known)
      runs.searching(live)
      for (const line of [probeText(probe, record), knownText(live), ...barLines(live)]) say(line)
    },
  }
}

function probeText(
  { x, p99Ms, achievedPerSec, ended, reason }: CapacityProbe,
  record: CapacityRecord,
): string {
  const p99 = p99Ms === null ? '-' : formatDurationMs(p99Ms)
  const why = reason === null ? '' : `: ${reason}`
  return `${formatAmount(record.probes.length, 'probe')}: ${xText(x, record)}, achieved ${Math.round(achievedPerSec)}/s, p99 ${p99}, ${ended}${why}`
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
