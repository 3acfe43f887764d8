/** In threads it is shown by `test/slow/side-by-side/surroundings.test.ts`, with a scenario that prints wherever it can. */
import { stdout } from 'node:process'
import * as assert from 'uvu/assert'
import { turnAuthorOutput } from '../../harness/system/author-output.ts'
import { describe } from '../kit/suite.ts'

describe('What author code prints', (test) => {
  test('is left alone in the main thread, where none runs', () => {
    const { write } = stdout
    turnAuthorOutput()
    assert.is(stdout.write, write)
  })
})
