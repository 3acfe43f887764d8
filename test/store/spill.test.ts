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
})
