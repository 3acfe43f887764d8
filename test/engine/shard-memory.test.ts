import * as assert from 'uvu/assert'
import {
  allocateShardCounters,
  allocateStepCounters,
  count,
  errorColumn,
  FIRST_ESCALATION_COLUMN,
  SHARD_COLUMN,
  STEP_COLUMN,
} from '../../harness/engine/shard-memory.ts'
import { ERROR_KINDS } from '../../harness/model/outcome.ts'
import { describe } from '../kit/suite.ts'

describe('shard memory', (test) => {
  test('has a column of its own for every counter and error kind of a step, and no more', () => {
    const columns = [...Object.values(STEP_COLUMN), ...ERROR_KINDS.map((_, kind) => errorColumn(kind))]

    assert.is(new Set(columns).size, columns.length)
    assert.is(new Float64Array(allocateStepCounters()).length, columns.length)
  })

  test('has a column of its own for every counter of a shard, then one per escalation kind', () => {
    const columns = Object.values(SHARD_COLUMN)

    assert.is(new Set(columns).size, columns.length)
    assert.is(Math.max(...columns), FIRST_ESCALATION_COLUMN - 1)
    assert.is(new Float64Array(allocateShardCounters(4, 0)).length, FIRST_ESCALATION_COLUMN + 4)
  })

  test('counts by one unless told', () => {
    const counters = new Float64Array(2)
    count(counters, 1)
    count(counters, 1, 2.5)
    count(counters, 1, -1)

    assert.equal([...counters], [0, 2.5])
  })
})
