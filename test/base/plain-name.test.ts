import * as assert from 'uvu/assert'
import { isPlainName, plainName, requirePlainName } from '../../harness/base/plain-name.ts'
import { describe } from '../kit/suite.ts'

const BAD = ['', '.', '..', '../x', 'a/b', 'a\\b', '/etc', 'C:x', '.hidden', 'a\0b', 'a\nb', 'x'.repeat(201)]
const GOOD = [
  'main',
  'release-2.4',
  '20261121-093005-4f2a',
  '-odd',
  'constructor',
  '__proto__',
  'größer',
  'x'.repeat(200),
]

describe('A name that becomes part of a path', (test) => {
  test('leads nowhere but into its folder', () => {
    assert.equal(BAD.filter(isPlainName), [])
    assert.equal(GOOD.filter(isPlainName), GOOD)
  })

  test('is refused when it is read, and before it is used', () => {
    assert.not.ok(plainName.safeParse('../../../x').success)
    assert.throws(() => requirePlainName('a scenario', '../x'), /'\.\.\/x' cannot name a scenario/)
  })
})
