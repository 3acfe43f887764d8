import * as assert from 'uvu/assert'
import {
  BATCHES,
  ESCALATIONS,
  OPERATION_CLASSES,
  OPERATIONS,
  operationsOfClass,
} from '../../../harness/targets/sandbox/catalogue.ts'
import { describe } from '../../kit/suite.ts'

describe('the operation catalogue', (test) => {
  test('holds at least ninety operations, each name and path once', () => {
    assert.ok(OPERATIONS.length >= 90, `${OPERATIONS.length} operations`)
    assert.is(new Set(OPERATIONS.map((operation) => operation.name)).size, OPERATIONS.length)
    assert.is(new Set(OPERATIONS.map((operation) => operation.path)).size, OPERATIONS.length)
  })

  test('has operations of every class, safe ones the most', () => {
    const counts = OPERATION_CLASSES.map((name) => operationsOfClass(name).length)

    assert.ok(counts.every((count) => count >= 10))
    assert.is(Math.max(...counts), operationsOfClass('safe').length)
    assert.is(
      counts.reduce((sum, count) => sum + count),
      OPERATIONS.length,
    )
  })

  test('has a path that follows from the name', () => {
    for (const { name, path } of OPERATIONS) assert.is(path, `/operations/${name}`)
  })

  test('has batches that are no operations', () => {
    for (const { name, path } of BATCHES) assert.is(path, `/batches/${name}`)
    const operations = new Set(OPERATIONS.map(({ name }) => name))
    assert.ok(BATCHES.length > 0 && BATCHES.every(({ name }) => !operations.has(name)))
  })

  test('has the four kinds of expert, of whom at most one is asked', () => {
    assert.equal(
      ESCALATIONS.map((escalation) => escalation.kind),
      ['security-review', 'policy-exception', 'architecture-decision', 'incident-commander'],
    )
    assert.ok(ESCALATIONS.reduce((sum, escalation) => sum + escalation.probability, 0) < 1)
  })

  test('has experts who answer within 10 to 60 ms, each kind in its own time', () => {
    for (const { answer } of ESCALATIONS) assert.ok(answer.minMs < answer.maxMs)
    assert.is(new Set(ESCALATIONS.map(({ answer }) => `${answer.minMs}..${answer.maxMs}`)).size, 4)
  })
})
