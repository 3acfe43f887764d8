import * as assert from 'uvu/assert'
import { lookUp, putAt } from '../../harness/base/names.ts'
import { byHardName, HARD_NAMES } from '../kit/hard-names.ts'
import { describe } from '../kit/suite.ts'

describe('A table read by name', (test) => {
  test('has nothing under a name that nobody gave it, whatever objects inherit', () => {
    for (const name of HARD_NAMES) assert.is(lookUp({ other: 1 }, name), undefined, name)
  })

  test('has what it was given, under any name', () => {
    const table = byHardName((name) => `of ${name}`)

    for (const name of HARD_NAMES) assert.is(lookUp(table, name), `of ${name}`)
  })

  test('takes a value under any name, in place, and stays the object it was', () => {
    const table: Record<string, number> = {}
    for (const name of HARD_NAMES) {
      putAt(table, name, 1)
      putAt(table, name, 2)
    }

    assert.equal(
      Object.entries(table),
      HARD_NAMES.map((name) => [name, 2]),
    )
    assert.is(Object.getPrototypeOf(table), Object.prototype)
  })
})
