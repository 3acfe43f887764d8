import * as assert from 'uvu/assert'
import { HarnessError } from '../../../harness/base/errors.ts'
import { entryOf, rowOf } from '../../../harness/store/history/history-rows.ts'
import { aHistoryRun } from '../../contract/history.ts'
import { describe } from '../../kit/suite.ts'

describe('The row of a run', (test) => {
  test('is read as the run that was written', () => {
    const run = aHistoryRun(1)

    assert.equal(entryOf(rowOf(run), run.intervals), run)
  })

  for (const [column, value] of [
    ['environment', '{'],
    ['summaries', 'null'],
    ['verdict', '[]'],
    ['merged', ''],
    ['kind', 'of tomorrow'],
  ] as const)
    test(`that somebody changed (${column}) is an error that names the run`, () => {
      const run = aHistoryRun(1)
      try {
        entryOf({ ...rowOf(run), [column]: value } as ReturnType<typeof rowOf>, [])
        assert.unreachable()
      } catch (error) {
        assert.instance(error, HarnessError)
        assert.equal((error as HarnessError).code, 'HISTORY_UNUSABLE')
        assert.match((error as HarnessError).message, run.id)
      }
    })
})
