import * as assert from 'uvu/assert'
import { Slots } from '../../harness/targets/slots.ts'
import { describe } from '../kit/suite.ts'

describe('Slots', (test) => {
  test('gives everything a number of its own', () => {
    const slots = new Slots<string>()
    for (const name of ['a', 'b', 'c']) slots.add((slot) => `${name}${slot}`)

    assert.equal([...slots], ['a0', 'b1', 'c2'])
    assert.is(slots.get(1), 'b1')
    assert.is(slots.get(3), undefined)
  })

  test('uses the number of what has gone again', () => {
    const slots = new Slots<string>()
    for (const name of ['a', 'b', 'c']) slots.add(() => name)
    slots.remove(1)
    assert.equal([...slots], ['a', 'c'])

    slots.add((slot) => `d${slot}`)

    assert.equal([...slots], ['a', 'd1', 'c'])
  })

  test('does not hand out a number twice when something is removed twice', () => {
    const slots = new Slots<string>()
    slots.add(() => 'a')
    slots.remove(0)
    slots.remove(0)
    slots.add((slot) => `b${slot}`)
    slots.add((slot) => `c${slot}`)

    assert.equal([...slots], ['b0', 'c1'])
  })
})
