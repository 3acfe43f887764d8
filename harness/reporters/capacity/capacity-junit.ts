/** `junit.xml` of a search for a capacity: red exactly when its exit status is not zero. */
import { type AnsweredCapacity, capacityHeadline } from '../../text/capacity-text.ts'
import { type Case, type Outcome, passed, renderSuite, skipped } from '../junit-suite.ts'
import { probesTable } from './capacity-tables.ts'

export function capacityJunit(record: AnsweredCapacity): string {
  const { scenario, startedAt, capacityId, probes } = record
  return renderSuite({
    name: `proofload capacity ${scenario}`,
    className: `proofload.${scenario}`,
    startedAt,
    seconds: probes.reduce((total, { elapsedS }) => total + elapsedS, 0),
    properties: [
      ['capacityId', capacityId],
      ['scenario', scenario],
    ],
    file: null,
    cases: [{ name: 'capacity', outcome: outcomeOf(record) }, ...cautionsOf(record)],
  })
}

function outcomeOf(record: AnsweredCapacity): Outcome {
  const { outcome } = record.answer
  const headline = capacityHeadline(record)
  const lines = probesTable(record).rows.map((row) => row.join('  '))
  const text = [headline, ...lines].join('\n')
  if (outcome === 'GO') return passed(text)
  return { kind: outcome === 'NO_GO' ? 'failure' : 'error', type: outcome, message: headline, text }
}

function cautionsOf({ answer }: AnsweredCapacity): Case[] {
  return answer.cautions.map(({ code, message }) => ({ name: code, outcome: skipped(message) }))
}
