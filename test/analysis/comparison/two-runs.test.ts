import * as assert from 'uvu/assert'
import { compareTwoRuns } from '../../../harness/analysis/comparison/two-runs.ts'
import { historyRunOf } from '../../../harness/app/history/history.ts'
import { aNightRecord, aStoredVerdict } from '../../kit/stored-runs.ts'
import { describe } from '../../kit/suite.ts'

function remembered(night: number, slowdown = 1) {
  const record = aNightRecord(night, slowdown)
  return historyRunOf(record, aStoredVerdict(record), null)
}

describe('One run beside another', (test) => {
  test('has no state but OK when they differ no more than nights do', () => {
    const { differences, comparison } = compareTwoRuns(remembered(1), remembered(2))

    assert.equal(differences, [])
    assert.equal(
      comparison?.checks.filter(({ state }) => ['SUSPECT', 'REGRESSED'].includes(state)),
      [],
    )
  })

  test('is suspect when it is a quarter slower, and has regressed when that is far beyond any noise', () => {
    const statesAt = (slowdown: number) =>
      compareTwoRuns(remembered(1), remembered(2, slowdown)).comparison?.checks.map(({ state }) => state) ??
      []

    assert.ok(statesAt(1.25).includes('SUSPECT'))
    assert.not.ok(statesAt(1.25).includes('REGRESSED'))
    assert.ok(statesAt(3).includes('REGRESSED'))
  })

  test('is not compared when load, file or machine are others, and says which', () => {
    const run = remembered(1)
    const other = { ...run.environment, cores: 64 }

    for (const [changes, why] of [
      [{ loadHash: 'other' }, /the load/],
      [{ scenarioHash: 'other' }, /the scenario file/],
      [{ environment: other }, /cores \(2, now 64\)/],
    ] as const) {
      const { differences, comparison } = compareTwoRuns(run, { ...remembered(2), ...changes })
      assert.is(comparison, null)
      assert.match(differences.join(), why)
    }
  })
})
