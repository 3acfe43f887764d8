import * as assert from 'uvu/assert'
import { believableRun } from '../../../harness/app/compare/believable-run.ts'
import type { RunRecord } from '../../../harness/model/run-record.ts'
import { aRecord } from '../../kit/builders.ts'
import { DOUBTFUL } from '../../kit/judged-runs.ts'
import { failureOf } from '../../kit/rollback.ts'
import { describe } from '../../kit/suite.ts'

const okMs = Array.from({ length: 50 }, () => 20)
const good = (runId: string) => aRecord({ okMs, changes: { runId } })
const late = (runId: string) => aRecord({ okMs, startDelayMs: 15, changes: { runId } })
const doubtful = (runId: string) => aRecord({ okMs, changes: { ...DOUBTFUL, runId } })

describe('A run of a comparison', (test) => {
  const make = (...records: readonly RunRecord[]) => {
    let loads = 0
    const load = () => {
      const record = records[loads++]
      if (record === undefined) throw new Error('one load too many')
      return Promise.resolve(record)
    }
    return { run: () => believableRun(load, 'candidate', 3), loads: () => loads }
  }

  for (const [what, records, id, trust] of [
    ['is taken when it can be believed', [good('1')], '1', 'all'],
    ['is made again until it can be believed', [doubtful('1'), late('2'), good('3')], '3', 'all'],
    [
      'that only started late counts when none was better',
      [late('1'), late('2'), doubtful('3')],
      '2',
      'service_time',
    ],
  ] as const)
    test(what, async () => {
      const { run, loads } = make(...records)
      const found = await run()
      assert.equal([found.id, found.trust, loads()], [id, trust, records.length])
    })

  test('fails when no attempt can be believed, and says why', async () => {
    const { run, loads } = make(doubtful('1'), doubtful('2'), doubtful('3'))
    const error = await failureOf(run())
    assert.equal([error.code, loads()], ['RUN_INVALID', 3])
    assert.match(error.message, /^a run of the candidate is not a valid measurement: .*ran out of memory/)
  })
})
