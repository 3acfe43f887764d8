import * as assert from 'uvu/assert'
import { isGeneratorsFault } from '../../harness/analysis/inconclusive.ts'
import { exitStatusOf, judge } from '../../harness/analysis/judge.ts'
import type { RunRecord } from '../../harness/model/run-record.ts'
import { aJudgedRun, DOUBTFUL } from '../kit/judged-runs.ts'
import { describe } from '../kit/suite.ts'

const MISSED = ['max(response_time) < 1ms']

function tolerated(changes: Partial<RunRecord>, expects: readonly unknown[] = ['p99(response_time) < 1s']) {
  return judge(aJudgedRun({ changes, expects }).record, { strict: false, inconclusive: 'warn' })
}

describe('INCONCLUSIVE under --inconclusive warn', (test) => {
  test('keeps its outcome and its reasons, ends with 0, and says so', () => {
    const { outcome, exitCode, reasons, cautions } = tolerated(DOUBTFUL)
    assert.equal([outcome, exitCode, reasons[0]?.code], ['INCONCLUSIVE', 0, 'LOST_SHARD'])
    assert.match(cautions.at(-1)?.message ?? '', 'exit status 0 because of --inconclusive warn')
  })

  test('fails where nobody asked for it', () => {
    const { exitCode, cautions } = aJudgedRun({ changes: DOUBTFUL }).verdict
    assert.is(exitCode, 3)
    assert.not(cautions.some(({ code }) => code === 'INCONCLUSIVE_ACCEPTED'))
  })

  test('says nothing of GO and NO-GO, which stay what they are', () => {
    for (const [expects, status] of [
      [['error_ratio < 1%'], 0],
      [MISSED, 1],
    ] as const) {
      const { exitCode, cautions } = tolerated({}, expects)
      assert.equal([exitCode, cautions], [status, []])
    }
  })

  test('does not pass a run that somebody stopped', () => {
    for (const status of ['interrupted', 'halted', 'partial'] as const) {
      const { outcome, exitCode } = tolerated({ ...DOUBTFUL, status })
      assert.equal([status, outcome, exitCode], [status, 'INCONCLUSIVE', 3])
    }
  })

  test('is still so when a rollback is appended, unless the system is not known to be healthy', () => {
    const verdict = tolerated(DOUBTFUL)
    const rollback = { outcome: 'not-armed', procedures: [] } as never
    assert.is(exitStatusOf(verdict, rollback), 0)
    assert.is(exitStatusOf(verdict, { outcome: 'failed', procedures: [] } as never), 5)
  })
})

describe('A run that came to nothing', (test) => {
  const faultOf = (parts: Parameters<typeof aJudgedRun>[0]) => {
    const { record, verdict } = aJudgedRun(parts)
    return isGeneratorsFault(record, verdict)
  }
  const timed = { expects: ['p99(response_time) < 1s'] }

  test('is the fault of the generator where that was unreliable', () => {
    assert.is(faultOf({ ...timed, changes: DOUBTFUL }), true)
  })

  test('is not where the plan, the data or a person is the cause', () => {
    assert.is(faultOf({ expects: ['p99(response_time{step=nobody}) < 1s'] }), false)
    assert.is(faultOf({ ...timed, changes: { ...DOUBTFUL, status: 'interrupted' } }), false)
  })

  test('is not where it came to something', () => {
    assert.is(faultOf({}), false)
    assert.is(faultOf({ expects: MISSED }), false)
  })
})

describe('The attempts at a run', (test) => {
  test('are one, the run itself, where it was made once', () => {
    const { attempts, cautions } = aJudgedRun({}).verdict
    assert.equal(attempts, [{ runId: 'run', outcome: 'GO', reason: null }])
    assert.equal(cautions, [])
  })

  test('are named in the verdict, the earlier ones first, and no caution for --strict', () => {
    const earlierAttempts = [
      { runId: 'run-a', reason: 'a loop stood still' },
      { runId: 'run-b', reason: 'no core was free' },
    ]
    const { record } = aJudgedRun({ changes: { earlierAttempts } })
    const { outcome, attempts, cautions } = judge(record, { strict: true })
    assert.is(outcome, 'GO')
    assert.equal(attempts, [
      { runId: 'run-a', outcome: 'INCONCLUSIVE', reason: 'a loop stood still' },
      { runId: 'run-b', outcome: 'INCONCLUSIVE', reason: 'no core was free' },
      { runId: 'run', outcome: 'GO', reason: null },
    ])
    assert.equal(
      cautions.map(({ message }) => message),
      [
        'attempt 3 of this run; before it, run-a was INCONCLUSIVE: a loop stood still; run-b was INCONCLUSIVE: no core was free',
      ],
    )
  })
})
