/**
 * The verdict: every check has a level, ok < caution < invalid < no-go, and the outcome is the maximum (STATS section 7).
 * A latency measured by an instrument that cannot be believed is neither good nor bad: its objectives become invalid
 * before the maximum is taken. Objectives on errors do not depend on timing and can still be no-go, unless the errors
 * were the generator's own.
 */
import { LEVELS, type Level } from '../model/comparison.ts'
import { demandOf } from '../model/demand.ts'
import { holds } from '../model/holds.ts'
import type { ObjectiveResult } from '../model/objective-result.ts'
import { isGate, type ObjectivePlan } from '../model/plan.ts'
import type { VerdictOutcome, VerdictReason } from '../model/verdict.ts'
import { demandText } from '../text/demand-text.ts'
import type { CulpritNotes } from './culprit-note.ts'
import { isAboutVisuals } from './metrics/catalogue.ts'
import { isTrusted } from './trust.ts'

/** One thing that was judged. */
export interface Check {
  readonly level: Level
  /** Null for checks that are ok. */
  readonly reason: VerdictReason | null
}

/** The highest of two levels. */
export function higher(a: Level, b: Level): Level {
  return LEVELS.indexOf(a) >= LEVELS.indexOf(b) ? a : b
}

/** Outcome, and the reasons for it, of all checks; their order does not matter. */
export function decide(
  checks: readonly Check[],
  strict: boolean,
): { outcome: VerdictOutcome; reasons: VerdictReason[]; cautions: VerdictReason[] } {
  if (checks.length === 0) {
    return {
      outcome: 'INCONCLUSIVE',
      reasons: [
        {
          code: 'NOTHING_TO_JUDGE',
          severity: 'critical',
          message: 'there was nothing to judge',
          about: null,
          detail: 'there was nothing to judge',
          evidence: {},
        },
      ],
      cautions: [],
    }
  }
  const level = checks.map((check) => check.level).reduce(higher)
  const at = (wanted: Level) =>
    checks
      .flatMap((check) => (check.level === wanted && check.reason !== null ? [check.reason] : []))
      .sort(byText)
  const cautions = at('caution')
  if (level === 'no-go') return { outcome: 'NO_GO', reasons: [...at('no-go'), ...at('invalid')], cautions }
  if (level === 'invalid') return { outcome: 'INCONCLUSIVE', reasons: at('invalid'), cautions }
  if (level === 'caution' && strict) return { outcome: 'INCONCLUSIVE', reasons: cautions, cautions }
  return { outcome: 'GO', reasons: [], cautions }
}

function byText(a: VerdictReason, b: VerdictReason): number {
  return `${a.code}${a.message}` < `${b.code}${b.message}` ? -1 : 1
}

const MISSED = 'OBJECTIVE_MISSED'

/** Level of one judged objective. @param invalid why the instrument is not to be believed; empty when it is */
export function objectiveCheck(
  objective: ObjectivePlan,
  result: ObjectiveResult,
  invalid: readonly VerdictReason[],
  culprit: CulpritNotes,
): Check {
  const gates = isGate(objective)
  const make = (
    level: Level,
    code: string,
    detail: string,
    evidence: Record<string, unknown> = {},
  ): Check => ({
    level,
    reason: {
      code,
      severity: objective.severity,
      message: `${code === MISSED ? 'missed ' : ''}${demandText(objective)}: ${detail}`,
      about: demandOf(objective),
      detail,
      evidence: {
        observed: result.observed,
        bound: result.bound,
        interval: result.interval,
        sampleCount: result.sampleCount,
        ...evidence,
      },
    },
  })
  switch (result.outcome) {
    case 'met':
      return { level: 'ok', reason: null }
    case 'unproven':
      return make(
        gates && isBeyond(result, objective) ? 'invalid' : 'caution',
        'OBJECTIVE_UNPROVEN',
        result.message,
      )
    case 'no-data':
      return make(
        noDataLevel(objective, gates, invalid),
        'NO_DATA_FOR_OBJECTIVE',
        result.message,
        isAboutVisuals(objective) ? culprit(objective).evidence : {},
      )
    case 'missed': {
      const { text, evidence } = culprit(objective)
      const detail = `${result.message}${text}`
      if (!gates) return make('caution', MISSED, detail, evidence)
      return make(isTrusted(objective, invalid) ? 'no-go' : 'invalid', MISSED, detail, evidence)
    }
  }
}

/**
 * Returns true when the observed value misses the bound, even if the samples are too few to prove it: GO needs it to be within.
 */
function isBeyond({ observed }: ObjectiveResult, { op, bound }: ObjectivePlan): boolean {
  return observed !== null && !holds(observed, op, bound)
}

function noDataLevel(objective: ObjectivePlan, gates: boolean, invalid: readonly VerdictReason[]): Level {
  if (objective.onNoData === 'pass') return 'ok'
  if (!gates) return 'caution'
  return objective.onNoData === 'fail' && invalid.length === 0 ? 'no-go' : 'invalid'
}
