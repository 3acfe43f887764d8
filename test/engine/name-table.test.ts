import * as assert from 'uvu/assert'
import { allocateNameTable, NameTable, UNNAMED } from '../../harness/engine/name-table.ts'
import { describe } from '../kit/suite.ts'

describe('A table of names', (test) => {
  test('is read by others as one writes it', () => {
    const buffer = allocateNameTable()
    const [writer, reader] = [new NameTable(buffer), new NameTable(buffer)]
    assert.is(reader.nameOf(0), undefined)

    assert.equal(
      ['publish', 'größer', 'publish'].map((name) => writer.numberOf(name)),
      [0, 1, 0],
    )
    assert.equal(
      [0, 1, 2].map((number) => reader.nameOf(number)),
      ['publish', 'größer', undefined],
    )
  })

  test('has no place for a name that is too long, or one too many', () => {
    const table = new NameTable(allocateNameTable())
    assert.is(table.numberOf('x'.repeat(251)), UNNAMED)
    for (let i = 0; i < UNNAMED; i++) table.numberOf(`name ${i}`)

    assert.is(table.numberOf('one more'), UNNAMED)
    assert.is(table.nameOf(UNNAMED), undefined)
  })
})
