/**
 * The headline of a run, built once for every form: the verdict, its first cause with the culprit, and what the rollback did
 * and whether the system is healthy.
 */
import { isoOf, wallMsOf } from '../base/clock.ts'
import { formatAmount } from '../base/units.ts'
import type { RollbackRecord } from '../model/rollback.ts'
import type { Verdict } from '../model/verdict.ts'
import { causeSentence, culpritText } from './cause-text.ts'
import { type Cause, causesOf } from './causes.ts'
import { outcomeText } from './outcome-text.ts'
import type { WordTone } from './word-tone.ts'

/** `NO-GO: p99 of ask was 232ms, limit 100ms, from 0:58 to the end (6 of 14 s); policy took 81 % of the time. Rolled back, healthy at 17:53:27 UTC.` */
export function headlineText(verdict: Verdict): string {
  const rollback = verdict.rollback === null ? '' : ` ${capital(rollbackText(verdict.rollback))}.`
  return `${outcomeText(verdict.outcome)}: ${causeText(verdict)}.${rollback}`
}

/** The headline without the verdict and the rollback: why the outcome is what it is. */
export function causeText(verdict: Verdict): string {
  const causes = causesOf(verdict)
  const [first, ...others] = causes.filter(({ kind }) => kind === 'error')
  if (first === undefined) return goText(verdict, causes.length)
  const more = others.length === 0 ? '' : ` (and ${formatAmount(others.length, 'more reason')})`
  return `${causeWithCulprit(verdict, first)}${more}`
}

/** One cause with who took the time, or how the requests failed. */
export function causeWithCulprit(verdict: Verdict, cause: Cause): string {
  const culprit = culpritText(verdict, cause)
  return `${withoutStop(causeSentence(verdict, cause))}${culprit === '' ? '' : `; ${culprit}`}`
}

function goText(verdict: Verdict, warningCount: number): string {
  const { objectives, comparison } = verdict
  const met = objectives.filter(({ outcome }) => outcome === 'met').length
  const suspect = possibleRegressions(verdict)[0]
  return [
    ...(suspect === undefined
      ? []
      : [causeWithCulprit(verdict, { kind: 'caution', reason: suspect, also: [] })]),
    ...(objectives.length > 0 ? [`${met} of ${formatAmount(objectives.length, 'objective')} met`] : []),
    ...(objectives.length === 0 && suspect === undefined ? [comparison?.reason ?? 'nothing was missed'] : []),
    ...(warningCount === 0 ? [] : [formatAmount(warningCount, 'warning')]),
  ].join(', ')
}

/** Changes for the worse that are not settled. */
function possibleRegressions({ cautions }: Verdict): Verdict['cautions'] {
  return cautions.filter(({ code }) => code === 'SUSPECT')
}

/** Tells whether a GO may hide a regression that nobody settled. */
export function isDoubtfulGo(verdict: Verdict): boolean {
  return verdict.outcome === 'GO' && possibleRegressions(verdict).length > 0
}

/** A GO with a possible regression is doubtful: it is nowhere shown as good. */
export function verdictTone(verdict: Verdict): WordTone {
  if (verdict.outcome === 'NO_GO') return 'bad'
  return verdict.outcome === 'GO' && !isDoubtfulGo(verdict) ? 'good' : 'doubt'
}

/** `NO-GO`; `GO, 2 warnings` where a possible regression is among them. */
export function verdictWord(verdict: Verdict): string {
  const word = outcomeText(verdict.outcome)
  if (verdict.outcome !== 'GO' || verdictTone(verdict) === 'good') return word
  return `${word}, ${formatAmount(verdict.cautions.length, 'warning')}`
}

/** The result of the rollback, and whether the system is healthy: `rolled back, healthy at 17:53:27 UTC`. */
export function rollbackText({ outcome, message, steps }: RollbackRecord): string {
  if (outcome === 'not-armed' || outcome === 'not-enough-samples') return withoutStop(message)
  if (outcome !== 'succeeded') return `rollback ${outcome}: ${withoutStop(message)}`
  const verified = steps.find(({ name }) => name === 'verify')
  return verified === undefined
    ? 'rolled back, system healthy'
    : `rolled back, healthy at ${endOf(verified)} UTC`
}

/** The state of the system after the run, in one line. */
export function systemText(verdict: Verdict): string {
  const { outcome, rollback } = verdict
  if (rollback !== null) return rollbackText(rollback)
  if (outcome === 'NO_GO') return 'nothing was rolled back: no rollback was asked for'
  if (outcome === 'INCONCLUSIVE') return 'whether the system is healthy is not known'
  return verdictTone(verdict) === 'good' ? 'system healthy' : 'system healthy, but perhaps slower than before'
}

/** Time of the day at which a step had ended, UTC. */
function endOf({ startedAt, durationMs }: RollbackRecord['steps'][number]): string {
  return isoOf(wallMsOf(startedAt) + durationMs).slice('2026-01-01T'.length, '2026-01-01T00:00:00'.length)
}

function withoutStop(text: string): string {
  return text.replace(/[.\s]+$/, '')
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
