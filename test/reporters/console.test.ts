import { stripVTControlCharacters } from 'node:util'
import * as assert from 'uvu/assert'
import type { ObjectiveEvent } from '../../harness/model/enforcement.ts'
import type { RollbackRecord } from '../../harness/model/rollback.ts'
import { consoleReporter, renderVerdict } from '../../harness/reporters/console.ts'
import { aDemand, aReason } from '../kit/demands.ts'
import { describe } from '../kit/suite.ts'
import { aBadRun, aGoodRun, aRegressedRun, aStoppedRun, aSuspectRun } from '../kit/verdicts.ts'

describe('The report of a terminal', (test) => {
  test('keeps the first page within eighty columns', () => {
    const text = renderVerdict(aBadRun(), false)
    const firstPage = text.slice(0, text.indexOf('Response time by step')).split('\n')
    assert.ok(firstPage.length > 15)
    for (const line of firstPage) assert.ok(line.length <= 80, line)
  })

  test('has colours on a terminal, and the same text', () => {
    const run = aBadRun()
    const colourful = renderVerdict(run, true)
    assert.ok(colourful.includes('\u001b['))
    assert.is(stripVTControlCharacters(colourful), renderVerdict(run, false))
  })

  test('shows reasons and notes, each under its label, when nothing was missed', () => {
    const { verdict } = aGoodRun()
    const note = aReason('NOTE', 'word '.repeat(30), 'warning')
    const lines = renderVerdict({ verdict: { ...verdict, cautions: [note] } }, false).split('\n')
    const first = lines.findIndex((line) => line.startsWith('  note word word'))
    assert.ok(first > 0)
    assert.match(lines[first + 1] ?? '', /^ {7}word word/)
  })

  test('ends in the verdict, the state of the system and one path', () => {
    const { verdict } = aRegressedRun()
    const files = { verdict: 'reports/run/verdict.json', html: 'reports/run/report.html' }

    const lines = renderVerdict({ verdict, files }, false).trimEnd().split('\n')

    assert.equal(lines.slice(-6), [
      ' NO-GO  test',
      '  p99 regressed against main: +1230.0 %; slower steps: ask p99 +1240.0 %;',
      "  component 'llm' takes 48ms a request instead of 16ms, 90 % of what was added",
      '  (and 1 more reason)',
      '  rolled back, system healthy',
      '  open reports/run/report.html',
    ])
  })

  test('ends in what is not on disk and the exit status, where that is so', () => {
    const { verdict } = aGoodRun()
    const failures = ['run.json cannot be written: ENOSPC', 'summary.md cannot be written: ENOSPC']

    const text = renderVerdict({ verdict: { ...verdict, exitCode: 4 }, files: {}, failures }, false)

    assert.equal(text.trimEnd().split('\n').slice(-3), [
      '  not written: run.json cannot be written: ENOSPC',
      '  not written: summary.md cannot be written: ENOSPC',
      '  exit status 4',
    ])
  })

  test('shows a possible regression in yellow', () => {
    const text = renderVerdict(aSuspectRun(), true)

    assert.match(text, '\u001b[43m')
    assert.not.match(text, '\u001b[42m')
    assert.match(text, 'system healthy, but perhaps slower than before')
  })

  test('tells each cause once', () => {
    const text = renderVerdict(aStoppedRun(), false).replaceAll(/\s+/g, ' ')

    assert.is(text.split('p99 of ask was').length - 1, 1)
    assert.match(text, 'load was ended after 14s')
    assert.not.match(text, 'why ')
  })

  test('says when what was breached, and what became of the rollback', () => {
    const { record, verdict } = aBadRun()
    const event: ObjectiveEvent = {
      at: '2026-01-01T00:00:12.000Z',
      atMs: 12_004,
      sinceMs: 12_004,
      runId: 'run',
      correlationId: 'correlation',
      ...aDemand('p99(response_time{step=ask}) < 100ms'),
      from: 'pending',
      to: 'firing',
      severity: 'critical',
      observed: 1210,
      windowMs: 10_000,
      sampleCount: 1000,
      annotations: { component: 'llm' },
    }
    const step = { name: 'undo', outcome: 'succeeded', startedAt: '', durationMs: 1500, attempts: 1 } as const
    const rollback: RollbackRecord = {
      rollbackId: 'rollback-run',
      outcome: 'succeeded',
      message: 'default undone, the system is healthy',
      reasons: [],
      procedures: [],
      steps: [{ ...step, message: 'default succeeded' }],
      startedAt: '',
      durationMs: 2000,
      plan: null,
    }
    const enforcement = { events: [event], stop: null, requirements: [], alerts: null }
    const text = consoleReporter.render({
      record,
      verdict: { ...verdict, enforcement, rollback },
    })
    assert.match(text, /Breaches while load ran\n +at .*\n/)
    assert.match(text, /12s.* failing +1\.21s +1,000\n +component: llm/)
    assert.match(text, 'Rollback: succeeded, default undone, the system is healthy')
    assert.match(text, /undo +succeeded +1\.5s\n +default succeeded/)
  })
})
