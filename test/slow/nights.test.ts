/** Nightly runs of one scenario: what is told of a bad night, of the next one, and of a good one. */
import * as assert from 'uvu/assert'
import type { Alert } from '../../harness/model/alert.ts'
import { believed, type Gate, withGate } from '../kit/gate.ts'
import { describe } from '../kit/suite.ts'

const OBJECTIVES = { objectives: ['p50(response_time) < 1s'] }

/** `status key` of what a night has told, and how it ended. */
async function night(gate: Gate, isBroken: boolean) {
  gate.isBroken = isBroken
  const before = gate.service.posted.length
  const { verdict } = await believed(gate, [])
  const told = gate.service.posted.slice(before).map(({ json }) => json as Alert)
  return { outcome: verdict.outcome, told: told.map(({ status, dedupeKey }) => `${status} ${dedupeKey}`) }
}

describe('Nightly runs', (test) => {
  test('open one incident for bad nights, which a good night resolves, once', () =>
    withGate(async (gate) => {
      const bad = [await night(gate, true), await night(gate, true)]
      for (const { outcome, told } of bad) {
        assert.is(outcome, 'NO_GO')
        assert.ok(told.includes('firing gate/verdict'), told.join())
        assert.not(told.some((each) => each.startsWith('resolved')))
      }
      const good = await night(gate, false)
      assert.is(good.outcome, 'GO')
      assert.is(good.told.filter((each) => each === 'resolved gate/verdict').length, 1, good.told.join())
      // A night that was too busy for a verdict is told of, and resolved as any other.
      const quiet = (await night(gate, false)).told
      const resolvedCount = quiet.filter((each) => each === 'resolved gate/verdict').length
      assert.is(resolvedCount, quiet.length === 0 ? 0 : 1, quiet.join())
    }, OBJECTIVES))
})
