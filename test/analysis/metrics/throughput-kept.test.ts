import * as assert from 'uvu/assert'
import { judge } from '../../../harness/analysis/judge.ts'
import { parseObjectives } from '../../../harness/analysis/objective-grammar.ts'
import type { ObjectiveResult } from '../../../harness/model/objective-result.ts'
import { slaDefaults } from '../../../harness/scenario/sla-defaults.ts'
import { aStepRecord, type StepRecordShape } from '../../kit/step-records.ts'
import { describe } from '../../kit/suite.ts'

const answers = (count: number) => ({ okMs: Array.from({ length: count }, () => 10) })

function keptIn(perSec: (second: number) => number, changes: Partial<StepRecordShape> = {}): ObjectiveResult {
  const { objectives } = parseObjectives(['throughput_kept >= 95%'], 'objectives')
  const record = aStepRecord({
    intervals: 30,
    steps: { ask: (i) => answers(perSec(i)) },
    objectives,
    ...changes,
  })
  return judge(record, { strict: false }).objectives[0] as ObjectiveResult
}

describe('Throughput kept', (test) => {
  test('is missed when a closed model collapses in mid-run, and by little when it does so late', () => {
    const collapsed = keptIn((i) => (i < 15 ? 700 : 5))
    assert.is(collapsed.outcome, 'missed')
    assert.ok(Math.abs(collapsed.observed! - (5 * 700 + 15 * 5) / (20 * 700)) < 1e-9)
    assert.is(keptIn((i) => (i < 28 ? 700 : 5)).outcome, 'missed')
  })

  test('is met by a steady run, one that gets faster, and one outlier in its first third', () => {
    assert.is(keptIn(() => 700).observed, 1)
    assert.is(keptIn((i) => 100 + i).outcome, 'met')
    assert.is(keptIn((i) => (i === 2 ? 5_000 : 700)).outcome, 'met')
  })

  test('expects less of less load', () => {
    const fewer = { interval: (i: number) => ({ activeAgents: i < 20 ? 10 : 5 }) }
    assert.is(keptIn((i) => (i < 20 ? 700 : 350), fewer).outcome, 'met')
    assert.is(keptIn((i) => (i < 20 ? 700 : 100), fewer).outcome, 'missed')
  })

  test('is not known before the first third is over, nor in a window', () => {
    const stopped = keptIn(() => 700, { changes: { loadMs: 9_000 }, intervals: 2 })
    assert.is(stopped.outcome, 'no-data')
    const { problems } = parseObjectives([{ expect: 'throughput_kept >= 95%', window: '10s' }], 'objectives')
    assert.match(problems[0]?.message ?? '', /'window' has no meaning/)
  })

  test('is the throughput threshold of the defaults', () => {
    const { objectives, problems } = parseObjectives(slaDefaults(), 'objectives')
    assert.equal(problems, [])
    assert.ok(
      objectives.some(({ expect, watch }) => expect === 'throughput_kept >= 95%' && watch?.windowMs === null),
    )
  })
})
