import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { nextStates, type ObjectiveState, OK } from '../../../harness/analysis/monitor/objective-state.ts'
import type { WatchPlan } from '../../../harness/model/objective-plan.ts'
import { describe } from '../../kit/suite.ts'

const watch = (forMs: number, graceMs: number): WatchPlan => ({
  windowMs: 10_000,
  forMs,
  graceMs,
  abort: false,
})

/** Names of the states at each second, where `breaches` says at which seconds there is a breach. */
function walk(breaches: string, plan: WatchPlan): string[] {
  let state: ObjectiveState = OK
  return [...breaches].flatMap((letter, second) =>
    nextStates(state, letter === 'x', second * 1000, plan).map((next) => {
      state = next
      return `${second} ${next.name}`
    }),
  )
}

describe('The state of an objective', (test) => {
  test('fires when a breach has outlasted for and grace', () => {
    assert.equal(walk('.xxxxxx', watch(2_000, 3_000)), ['1 pending', '6 firing'])
  })

  test('fires at once when it is given no time', () => {
    assert.equal(walk('.x', watch(0, 0)), ['1 pending', '1 firing'])
  })

  test('forgets a breach that ends in time', () => {
    assert.equal(walk('.xxxx.xx.', watch(0, 5_000)), ['1 pending', '5 ok', '6 pending', '8 ok'])
  })

  test('recovers by way of recovering, for as long as a breach had to last', () => {
    assert.equal(walk('xxx....', watch(2_000, 0)), ['0 pending', '2 firing', '3 recovering', '5 ok'])
    assert.equal(walk('x..', watch(0, 0)), ['0 pending', '0 firing', '1 recovering', '2 ok'])
  })

  test('fires again without a new grace when it recovers only for a moment', () => {
    assert.equal(walk('xxx.x', watch(2_000, 0)), ['0 pending', '2 firing', '3 recovering', '4 firing'])
  })

  test('only ever takes the steps it may, and fires after for and grace at the earliest', () => {
    const may = new Set([
      'ok pending',
      'pending ok',
      'pending firing',
      'firing recovering',
      'recovering firing',
      'recovering ok',
    ])
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { maxLength: 60 }),
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 0, max: 5 }),
        (breaches, forS, graceS) => {
          let state: ObjectiveState = OK
          let pendingSince = 0
          breaches.forEach((isBreached, second) => {
            for (const next of nextStates(
              state,
              isBreached,
              second * 1000,
              watch(forS * 1000, graceS * 1000),
            )) {
              assert.ok(may.has(`${state.name} ${next.name}`), `${state.name} ${next.name}`)
              if (next.name === 'pending') pendingSince = second
              if (state.name === 'pending' && next.name === 'firing')
                assert.ok(second - pendingSince >= forS + graceS)
              state = next
            }
          })
        },
      ),
    )
  })
})
