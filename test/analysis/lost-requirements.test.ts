import * as assert from 'uvu/assert'
import { judge } from '../../harness/analysis/judge.ts'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import type { RequirementEvent, Stop } from '../../harness/model/enforcement.ts'
import { aRecord } from '../kit/builders.ts'
import { describe } from '../kit/suite.ts'

const event = (atMs: number, problem: string | null): RequirementEvent => ({
  at: '2026-11-21T09:30:00.000Z',
  atMs,
  name: 'database',
  problem,
})

/** The verdict on a sound run during which this happened to its requirements. */
function verdictOn(requirements: RequirementEvent[], stop: Stop | null = null, failedPerInterval = 0) {
  const enforcement = { events: [], requirements, stop, alerts: null }
  const { objectives } = parseObjectives(['error_ratio < 1%'], 'objectives')
  const okMs = Array.from({ length: 50 }, () => 20)
  const record = aRecord({ okMs, failedPerInterval, objectives, changes: { enforcement } })
  return judge(record, { strict: false, comparison: null })
}

describe('A requirement that was lost while load ran', (test) => {
  test('is a caution that says from when until when', () => {
    const { outcome, cautions } = verdictOn([event(30_000, 'gone'), event(60_000, null)])
    assert.equal(
      [outcome, cautions.map(({ code, message }) => [code, message])],
      ['GO', [['REQUIREMENT_LOST', 'database is not there any more: gone (from 30s until 1m)']]],
    )
    assert.match(verdictOn([event(30_000, 'gone')]).cautions[0]?.message ?? '', 'until the end')
  })

  test('that ended the load spoils the errors, too: the target lacked what it needs', () => {
    const stop: Stop = { by: 'requirement', objective: null, atMs: 30_000, reason: 'gone' }
    assert.is(verdictOn([event(30_000, 'gone')], null, 25).outcome, 'NO_GO')
    assert.is(verdictOn([event(30_000, 'gone')], stop, 25).outcome, 'INCONCLUSIVE')
  })

  test('that ended the load makes the run INCONCLUSIVE, and is told once', () => {
    const reason = 'database is not there any more: gone'
    const stop: Stop = { by: 'requirement', objective: null, atMs: 30_000, reason }
    const { outcome, reasons, cautions } = verdictOn([event(30_000, 'gone')], stop)
    assert.equal(
      [outcome, reasons.map(({ code, message }) => [code, message]), cautions],
      ['INCONCLUSIVE', [['REQUIREMENT_LOST', `load was ended after 30s: ${reason}`]], []],
    )
  })
})
