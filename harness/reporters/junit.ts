/**
 * JUnit XML. A file that is red exactly when the run's exit status is not zero, so that a CI which reads nothing else
 * decides the same: the case `verdict` fails on NO-GO and is an error on INCONCLUSIVE, whatever the others are. What
 * decides nothing (unproven, no data, a miss that is no gate) is skipped, with its reason in the output.
 */

import junitModule, { type Builder, type TestCase } from 'junit-report-builder'
import { visible } from '../base/visible.ts'
import type { Comparison, ComparisonCheck } from '../model/comparison.ts'
import { gateDemand } from '../model/demand.ts'
import { isGate } from '../model/plan.ts'
import type { ObjectiveResult, Verdict } from '../model/verdict.ts'
import type { ReportInput, TextReporter } from '../ports/reporter.ts'
import { changeText } from '../text/comparison-text.ts'
import { titleOf } from '../text/demand-text.ts'
import { outcomeText } from '../text/outcome-text.ts'
import { type Finding, findingsOf } from './findings.ts'

// The module is the builder; its types say that it has one by the name of default.
const junit = junitModule as unknown as Builder

/** The result of a case and its reason; `text` may have several lines. */
interface Outcome {
  readonly kind: 'passed' | 'failure' | 'error' | 'skipped'
  /** The type of a failure, for machines. */
  readonly type: string
  readonly message: string
  readonly text: string
}

interface Case {
  readonly name: string
  readonly outcome: Outcome
}

/** `junit.xml`: a suite a run; a case for the verdict, the instrument, each objective, each gate of a comparison, the rollback. */
export const junitReporter: TextReporter = {
  name: 'junit',
  fileName: 'junit.xml',
  render(input) {
    const { record, verdict } = input
    const builder = junit.newBuilder().name('proofload')
    const suite = builder
      .testSuite()
      .name(xmlText(`proofload ${record.scenario}`))
      .timestamp(record.startedAt)
      .time(record.loadMs / 1000)
    for (const [name, value] of propertiesOf(input)) suite.property(name, xmlText(value))
    for (const { name, outcome } of casesOf(verdict)) {
      const each = suite
        .testCase()
        .className(xmlText(`proofload.${record.scenario}`))
        .name(xmlText(name))
        .time(name === 'verdict' ? record.loadMs / 1000 : 0)
      if (record.scenarioFile !== null) each.file(xmlText(record.scenarioFile))
      settle(each, outcome)
    }
    return `${builder.build()}\n`
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

function settle(each: TestCase, outcome: Outcome): void {
  const { kind, type } = outcome
  const message = xmlText(outcome.message)
  const text = outcome.text.split('\n').map(xmlText).join('\n')
  switch (kind) {
    case 'failure':
      each.failure(message, type).stacktrace(text)
      return
    case 'error':
      each.error(message, type, text)
      return
    case 'skipped':
      each.skipped().standardOutput(text)
      return
    case 'passed':
      each.standardOutput(text)
  }
}

/** On one line, without what no XML may hold, and without the end of a CDATA section, of which the builder sees only the first. */
function xmlText(text: string): string {
  return visible(text)
    .replaceAll('\ufffe', '\\u{fffe}')
    .replaceAll('\uffff', '\\u{ffff}')
    .replaceAll(']]>', ']]\\u{3e}')
}

function casesOf(verdict: Verdict): Case[] {
  const findings = findingsOf(verdict)
  return [
    { name: 'verdict', outcome: verdictOutcome(verdict, findings) },
    { name: 'the measurement is valid', outcome: instrumentOutcome(verdict) },
    ...verdict.objectives.map((objective) => ({
      name: titleOf(objective),
      outcome: objectiveOutcome(objective, findings),
    })),
    ...comparisonCases(verdict.comparison, findings),
    ...rollbackCases(verdict),
  ]
}

function passed(text: string): Outcome {
  return { kind: 'passed', type: '', message: '', text }
}

function skipped(text: string): Outcome {
  return { kind: 'skipped', type: '', message: '', text }
}

function verdictOutcome(verdict: Verdict, findings: readonly Finding[]): Outcome {
  const errors = findings.filter(({ kind }) => kind === 'error')
  const cautions = findings.filter(({ kind }) => kind === 'caution')
  if (verdict.outcome === 'GO') return passed(cautions.map(({ message }) => `note: ${message}`).join('\n'))
  const [first] = errors
  return {
    kind: verdict.outcome === 'NO_GO' ? 'failure' : 'error',
    type: verdict.outcome,
    message: `${outcomeText(verdict.outcome)}: ${first?.message ?? 'no reason is known'}`,
    text: [
      ...errors.map(({ message }) => message),
      ...cautions.map(({ message }) => `note: ${message}`),
    ].join('\n'),
  }
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
    return { kind: 'failure', type: 'OBJECTIVE_MISSED', message, text }
  return skipped(
    `${outcome}, which is not NO-GO by itself (${objective.severity}, ${objective.role}): ${text}`,
  )
}

/** Everything that is known about one objective or gate. */
function evidenceOf(demandId: string, otherwise: string, findings: readonly Finding[]): string {
  const found = findings.find(({ about }) => about?.id === demandId)
  if (found === undefined) return otherwise
  const { message, where, since, confidence, risk } = found
  const owner = risk?.owner ?? null
  const runbook = risk?.runbook ?? null
  return [
    message,
    where,
    since,
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
