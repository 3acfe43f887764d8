import * as assert from 'uvu/assert'
import * as z from 'zod'
import { agentCount, delayMs, durationMs, rangeMs, ratePerSec } from '../../harness/workloads/config.ts'
import { describe } from '../kit/suite.ts'

function complaintOf(schema: z.ZodType, value: unknown): string {
  const { error } = z.object({ field: schema }).safeParse({ field: value })
  assert.equal(error?.issues[0]?.path, ['field'])
  return error?.issues[0]?.message ?? ''
}

describe('settings of workloads', (test) => {
  test('read text with units', () => {
    assert.is(durationMs.parse('1m30s'), 90_000)
    assert.is(delayMs.parse('0s'), 0)
    assert.equal(rangeMs.parse('1s..3s'), { minMs: 1_000, maxMs: 3_000 })
    assert.is(ratePerSec.parse('30/m'), 0.5)
    assert.is(agentCount.parse(250), 250)
  })

  test('say at the field what is wrong, with an example of what is right', () => {
    assert.match(complaintOf(durationMs, '10'), /^"10" is not a duration with a unit .*for example 250ms/)
    assert.match(complaintOf(durationMs, '0s'), /above 0/)
    assert.match(complaintOf(rangeMs, '3s..1s'), /rising range/)
    assert.match(complaintOf(ratePerSec, '500'), /for example 500\/s/)
    assert.match(complaintOf(ratePerSec, '0/s'), /above 0/)
    assert.match(complaintOf(durationMs, 10), /expected string/)
    assert.match(complaintOf(agentCount, 1.5), /int/)
    assert.match(complaintOf(agentCount, 0), />=1/)
  })
})
