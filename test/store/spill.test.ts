import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { openSpill } from '../../harness/store/spill.ts'
import { withScratch } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'

describe('The spill of a worker', (test) => {
  test('gives back what it was given, in any order, and is gone when it is let go', () =>
    withScratch((scratch) => {
      const folder = join(scratch, 'spill')
      const spill = openSpill(folder, 'run-1')
      for (const [sequence, text] of ['{"a":1}', '{"ü":"ß"}', ''].entries()) spill.put(sequence, text)

      assert.equal([spill.get(1), spill.get(0), spill.get(2), spill.get(9)], ['{"ü":"ß"}', '{"a":1}', '', ''])
      assert.equal(readdirSync(folder), ['run-1.ndjson'])
      spill.drop()
      spill.drop()
      assert.not(existsSync(join(folder, 'run-1.ndjson')))
      return Promise.resolve()
    }))

  test('makes room by forgetting what is safe elsewhere, and says when there is none', () =>
    withScratch((scratch) => {
      const spill = openSpill(scratch, 'run-1', { bytesMax: 40, keptMax: 1 })
      const text = (letter: string) => letter.repeat(12)
      assert.ok(['a', 'b', 'c'].every((letter, i) => spill.put(i, text(letter))))
      spill.isSafe(0)
      spill.isSafe(2)
      assert.ok(spill.put(3, text('d')), 'what is safe makes way')
      assert.equal(
        [0, 1, 2, 3].map((each) => spill.get(each)),
        ['', text('b'), '', text('d')],
      )
      assert.ok(spill.put(4, text('e')))
      assert.ok(spill.put(5, text('f')), 'memory takes one')
      assert.not(spill.put(6, text('g')), 'and no more')
      assert.equal(
        [5, 6].map((each) => spill.get(each)),
        [text('f'), ''],
      )
      spill.isSafe(5)
      assert.ok(spill.put(7, text('h')))
      spill.drop()
      return Promise.resolve()
    }))

  test('stays on disk when nobody let it go, unless there is nothing in it', () =>
    withScratch((scratch) => {
      const [full, empty] = [openSpill(scratch, 'full'), openSpill(scratch, 'empty')]
      full.put(0, '{"a":1}')
      full.keep()
      full.drop()
      empty.keep()
      assert.equal(readdirSync(scratch), ['full.ndjson'])
      return Promise.resolve()
    }))
})
