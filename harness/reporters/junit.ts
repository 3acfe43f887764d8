/**
 * JUnit XML. A file that is red exactly when the run's exit status is not zero, so that a CI which reads nothing else
 * decides the same: the case `verdict` fails on NO-GO and is an error on INCONCLUSIVE, whatever the others are. What
 * decides nothing (unproven, no data, a miss that is no gate) is skipped, with its reason in the output.
 */

import type { Comparison, ComparisonCheck } from '../model/comparison.ts'
import { gateDemand } from '../model/demand.ts'
import type { ObjectiveResult } from '../model/objective-result.ts'
import { isGate } from '../model/plan.ts'
import type { Verdict } from '../model/verdict.ts'
import type { ReportInput, TextReporter } from '../ports/reporter.ts'
import { changeText } from '../text/comparison-text.ts'
import { titleOf } from '../text/demand-text.ts'
import { failureText } from '../text/failure-text.ts'
import { headlineText } from '../text/headline.ts'
import { outcomeText } from '../text/outcome-text.ts'
import { type Finding, findingsOf, isTolerated } from './findings.ts'
import { type Case, type Outcome, passed, renderSuite, skipped } from './junit-suite.ts'

/** `junit.xml`: a suite a run; a case for the verdict, the instrument, each objective, each gate of a comparison, the rollback. */
export const junitReporter: TextReporter = {
  name: 'junit',
  fileName: 'junit.xml',
  render(input) {
    const { record, verdict } = input
    return renderSuite({
      name: `proofload ${record.scenario}`,
      className: `proofload.${record.scenario}`,
      startedAt: record.startedAt,
      seconds: record.loadMs / 1000,
      properties: propertiesOf(input),
      file: record.scenarioFile,
      cases: casesOf(verdict),
    })
  },
}

function propertiesOf({ record, verdict }: ReportInput): (readonly [string, string])[] {
  const { runId, scenario, seed, planHash, correlationId } = record
  return [
    ['runId', runId],
    ['scenario', scenario],
    ['seed', String(seed)],
    ['planHash', planHash],
    ['correlationId', correlationId],
    ['outcome', outcomeText(verdict.outcome)],
  ]
}

function casesOf(verdict: Verdict): Case[] {
  const findings = findingsOf(verdict)
  const cases: Case[] = [
    { name: 'verdict', outcome: verdictOutcome(verdict, findings) },
    { name: 'the measurement is valid', outcome: instrumentOutcome(verdict) },
    ...verdict.objectives.map((objective) => ({
      name: titleOf(objective),
      outcome: objectiveOutcome(objective, findings),
    })),
    ...comparisonCases(verdict.comparison, findings),
    ...rollbackCases(verdict),
  ]
  return isTolerated(verdict) ? cases.map(notRed) : cases
}

/** Makes a case that would be red one that is skipped, its reason in the output. */
function notRed({ name, outcome }: Case): Case {
  const { kind, message, text } = outcome
  const isRed = kind === 'failure' || kind === 'error'
  return { name, outcome: isRed ? skipped([...new Set([message, ...text.split('\n')])].join('\n')) : outcome }
}

function verdictOutcome(verdict: Verdict, findings: readonly Finding[]): Outcome {
  const errors = findings.filter(({ kind }) => kind === 'error')
  const cautions = findings.filter(({ kind }) => kind === 'caution')
  const headline = headlineText(verdict)
  const notes = cautions.map(({ message }) => `note: ${message}`)
  if (verdict.outcome === 'GO') return passed([headline, ...notes].join('\n'))
  return {
    kind: verdict.outcome === 'NO_GO' ? 'failure' : 'error',
    type: verdict.outcome,
    message: headline,
    text: [...errors.map(({ message }) => message), ...notes, ...failureLines(verdict)].join('\n'),
  }
}

/** The table of failures by step and cause, one a line: `pay: HTTP 503 x 200`. */
function failureLines({ summary }: Verdict): string[] {
  return Object.entries(summary.steps).flatMap(([step, { failures }]) =>
    failures.map((failure) => `failed requests of ${step}: ${failureText(failure)}`),
  )
}

function instrumentOutcome({ validity }: Verdict): Outcome {
  const [first] = validity.reasons
  if (first === undefined) return passed('')
  const text = validity.reasons.map(({ message }) => message).join('\n')
  return { kind: 'error', type: first.code, message: first.message, text }
}

function objectiveOutcome(objective: ObjectiveResult, findings: readonly Finding[]): Outcome {
  const { id, outcome, message } = objective
  const text = evidenceOf(id, message, findings)
  if (outcome === 'met') return passed(message)
  if (outcome === 'missed' && isGate(objective))
    return {
      kind: 'failure',
      type: 'OBJECTIVE_MISSED',
      message: findings.find(({ demandIds }) => demandIds.includes(id))?.message ?? message,
      text,
    }
  return skipped(
    `${outcome}, which is not NO-GO by itself (${objective.severity}, ${objective.role}): ${text}`,
  )
}

/** Everything that is known about one objective or gate. */
function evidenceOf(demandId: string, otherwise: string, findings: readonly Finding[]): string {
  const found = findings.find(({ demandIds }) => demandIds.includes(demandId))
  if (found === undefined) return otherwise
  const { where, confidence, risk } = found
  const message = found.about?.id === demandId ? found.message : [found.message, ...found.also].join('\n')
  const owner = risk?.owner ?? null
  const runbook = risk?.runbook ?? null
  return [
    message,
    where,
    confidence,
    risk?.recommendation ?? '',
    owner === null ? '' : `owner: ${owner}`,
    runbook === null ? '' : `runbook: ${runbook}`,
  ]
    .filter((line) => line !== '')
    .join('\n')
}

function comparisonCases(comparison: Comparison | null, findings: readonly Finding[]): Case[] {
  if (comparison === null) return []
  const { baseline, checks, reason } = comparison
  if (checks.length === 0)
    return [{ name: `no worse than ${baseline ?? 'the baseline'}`, outcome: skipped(reason) }]
  return checks.map((check) => {
    const gate = gateDemand(check, baseline)
    return {
      name: titleOf(gate),
      outcome: checkOutcome(check, evidenceOf(gate.id, check.state, findings)),
    }
  })
}

function checkOutcome(check: ComparisonCheck, text: string): Outcome {
  const change = changeText(check)
  const message = change === null ? check.state : `${check.state}: ${change}`
  if (check.level === 'no-go') return { kind: 'failure', type: check.state, message, text }
  return check.level === 'ok' ? passed(message) : skipped(`${message}\n${text}`)
}

function rollbackCases({ rollback }: Verdict): Case[] {
  if (rollback === null) return []
  const { outcome, message, reasons, steps } = rollback
  const text = [
    message,
    ...reasons.map((reason) => `asked for by ${titleOf(reason)}: ${reason.message}`),
    ...steps.map((step) => `${step.name} ${step.outcome}: ${step.message}`),
  ].join('\n')
  return [{ name: 'rollback', outcome: rollbackOutcome(outcome, message, text) }]
}

function rollbackOutcome(
  outcome: NonNullable<Verdict['rollback']>['outcome'],
  message: string,
  text: string,
): Outcome {
  switch (outcome) {
    case 'succeeded':
      return passed(text)
    case 'failed':
    case 'interrupted':
    case 'unverified':
      return { kind: 'failure', type: `ROLLBACK_${outcome.toUpperCase()}`, message, text }
    case 'not-armed':
    case 'not-enough-samples':
      return skipped(text)
  }
}
