/** `junit.xml` of a qualification: a stage is a suite, what counts in its ratio is a case. What did not run never passes. */
import { wallMsOf } from '../../base/clock.ts'
import type {
  QualificationItem,
  QualificationRecord,
  QualifiedActivity,
  QualifiedStage,
} from '../../model/qualification.ts'
import { measuredText } from '../../text/qualification-text.ts'
import { type Case, type Outcome, passed, renderSuites, type Suite, skipped } from '../junit-suite.ts'

export function qualificationJunit(record: QualificationRecord): string {
  return renderSuites([...record.stages.map((stage) => stageSuite(record, stage)), verdictSuite(record)])
}

function stageSuite(record: QualificationRecord, stage: QualifiedStage): Suite {
  const activities = record.activities.filter(({ stage: name }) => name === stage.name)
  return {
    ...suiteOf(record, stage.name),
    seconds: activities.reduce(
      (total, { startMs, endMs }) =>
        total + (startMs === null || endMs === null ? 0 : (endMs - startMs) / 1000),
      0,
    ),
    properties: [
      ['passed', `${stage.passed} of ${stage.total}`],
      ['outcome', stage.outcome],
      ['rule', stage.rule],
    ],
    cases: activities.flatMap(casesOf),
  }
}

/** Red exactly when the exit status is not zero: a stage may be met although an item of it failed, and the other way round. */
function verdictSuite(record: QualificationRecord): Suite {
  const { verdict, startedAt, finishedAt, qualificationId } = record
  return {
    ...suiteOf(record, 'verdict'),
    seconds: Math.max(0, (wallMsOf(finishedAt) - wallMsOf(startedAt)) / 1000),
    properties: [['qualificationId', qualificationId]],
    cases: [
      {
        name: 'qualification',
        outcome:
          verdict.outcome === 'GO'
            ? passed(verdict.message)
            : {
                kind: verdict.outcome === 'NO_GO' ? 'failure' : 'error',
                type: verdict.outcome,
                message: verdict.message,
                text: [verdict.message, ...verdict.chain].join('\n'),
              },
      },
    ],
  }
}

function suiteOf({ plan, planFile, startedAt }: QualificationRecord, name: string) {
  return {
    name: `proofload qualify ${plan}: ${name}`,
    className: `proofload.${plan}.${name}`,
    startedAt,
    file: planFile,
  }
}

function casesOf(activity: QualifiedActivity): Case[] {
  return activity.items.map((item) => ({
    name: item.id === activity.name ? activity.name : `${activity.name}: ${item.label}`,
    outcome: outcomeOf(item, activity),
  }))
}

function outcomeOf(item: QualificationItem, { chain, mocked }: QualifiedActivity): Outcome {
  const text = [item.message, measuredText(item), ...chain].filter((line) => line !== '').join('\n')
  switch (item.outcome) {
    case 'passed':
      return passed(text)
    case 'failed':
      return { kind: 'failure', type: 'failed', message: item.message, text }
    case 'inconclusive':
      return { kind: 'error', type: 'inconclusive', message: item.message, text }
    case 'mocked':
      return skipped(`ran on ${mocked ?? 'a mock'}: ${text}`)
    case 'skipped':
    case 'cancelled':
      return skipped(`${item.outcome}: ${text}`)
  }
}
