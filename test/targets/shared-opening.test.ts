import * as assert from 'uvu/assert'
import { SharedOpening } from '../../harness/targets/shared-opening.ts'
import { describe } from '../kit/suite.ts'

describe('A shared opening', (test) => {
  test('is one for all who want it at the same time, and another for who comes later', async () => {
    let begun = 0
    const ends: (() => void)[] = []
    const opening = new SharedOpening(() => {
      begun++
      return new Promise((resolve) => ends.push(resolve))
    })
    const both = [opening.join(), opening.join()]
    assert.is(begun, 1)
    ends[0]?.()
    await Promise.all(both)
    const later = opening.join()
    assert.is(begun, 2)
    ends[1]?.()
    await later
  })

  test('that fails does so for all of them, and is over for who waits for its end', async () => {
    const opening = new SharedOpening(() => Promise.reject(new Error('refused')))
    const reasons = await Promise.allSettled([opening.join(), opening.join(), opening.ended()])
    assert.equal(
      reasons.map(({ status }) => status),
      ['rejected', 'rejected', 'fulfilled'],
    )
    await opening.ended()
  })
})
