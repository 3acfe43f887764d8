import * as assert from 'uvu/assert'
import { aDocument, aRequest, planOf } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const waitsOf = (changes: Parameters<typeof aDocument>[0]) => {
  const { drainMs, timeouts } = planOf(aDocument(changes))
  return { drainMs, ...timeouts }
}

describe('Waits for answers', (test) => {
  test('are 10 s to the first byte and 10 s of drain by default, and no longer in all than fits the run', () => {
    assert.equal(waitsOf({}), { drainMs: 10_000, connectMs: 5_000, firstByteMs: 10_000, totalMs: 13_333 })
    const workload = { pattern: 'constant-agents', agents: 3, duration: '10m' }
    assert.is(waitsOf({ workload }).totalMs, 60_000)
  })

  test('are shorter in a run with a short drain', () => {
    assert.equal(waitsOf({ drain: '1s' }), {
      drainMs: 1_000,
      connectMs: 4_333,
      firstByteMs: 4_333,
      totalMs: 4_333,
    })
  })

  test('drain for as long as the longest stated wait for a first byte', () => {
    const timeouts = { firstByte: '30s' }
    assert.equal(waitsOf({ timeouts }), {
      drainMs: 30_000,
      connectMs: 5_000,
      firstByteMs: 30_000,
      totalMs: 33_333,
    })
    assert.is(waitsOf({ journeys: { ask: { steps: [aRequest('/', { timeouts })] } } }).drainMs, 30_000)
    assert.is(waitsOf({ timeouts, drain: '2s' }).drainMs, 2_000)
  })
})
