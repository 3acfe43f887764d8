import * as assert from 'uvu/assert'
import { createSystemClock } from '../../harness/base/clock.ts'
import { everyTurn } from '../../harness/engine/every-turn.ts'
import { describe } from '../kit/suite.ts'
import { turnsOfTheLoop } from '../kit/until.ts'

describe('everyTurn', (test) => {
  test('calls in every turn of the loop, and lets timers and promises run in between', async () => {
    let turns = 0
    const stop = everyTurn(createSystemClock(), () => turns++)
    await turnsOfTheLoop(6)
    assert.ok(turns >= 5, `${turns} turns`)
    await new Promise((resolve) => setTimeout(resolve, 1))
    stop()
    const stoppedAt = turns
    await turnsOfTheLoop()
    assert.is(turns, stoppedAt)
  })

  test('can be stopped by what it calls', async () => {
    let turns = 0
    await new Promise<void>((resolve) => {
      const stop = everyTurn(createSystemClock(), () => {
        turns++
        stop()
        resolve()
      })
    })
    await turnsOfTheLoop()
    assert.is(turns, 1)
  })
})
