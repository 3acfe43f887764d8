import * as assert from 'uvu/assert'
import { commandWords } from '../../harness/base/command-words.ts'
import { describe } from '../kit/suite.ts'

describe('commandWords', (test) => {
  test('takes a command apart at spaces that no quote holds together', () => {
    assert.equal(commandWords('node tools/seed.js --rows 100000'), [
      'node',
      'tools/seed.js',
      '--rows',
      '100000',
    ])
    assert.equal(commandWords(`node -e "a; b" 'c d' --n="e f"`), ['node', '-e', 'a; b', 'c d', '--n=e f'])
  })

  test('takes nothing that needs a shell, or has an open quote', () => {
    for (const text of ['a | b', 'a && b', 'a > b', 'echo $HOME', 'ls *', 'a "b', '  ', ''])
      assert.is(commandWords(text), null, text)
  })
})
