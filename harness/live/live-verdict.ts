import type { LiveVerdict } from '../model/live-view.ts'
import type { Verdict } from '../model/verdict.ts'
import { findingsOf } from '../reporters/findings.ts'
import { headlineText, verdictTone, verdictWord } from '../text/headline.ts'

/** The verdict as live views show it: the headline holds the first reason. */
export function liveVerdictOf(verdict: Verdict): LiveVerdict {
  const findings = findingsOf(verdict)
  const others = findings[0]?.kind === 'error' ? findings.slice(1) : findings
  return {
    outcome: verdict.outcome,
    exitCode: verdict.exitCode,
    word: verdictWord(verdict),
    tone: verdictTone(verdict),
    headline: headlineText(verdict),
    others: others.map(({ message }) => message),
  }
}
