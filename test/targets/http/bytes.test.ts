import * as assert from 'uvu/assert'
import {
  digitsAt,
  hexDigit,
  listHolds,
  skipBlanks,
  TOKEN_BYTES,
  trimBlanks,
  wordAt,
  wordBytes,
} from '../../../harness/targets/http/bytes.ts'
import { describe } from '../../kit/suite.ts'

const CLOSE = wordBytes('close')

function holdsClose(list: string): boolean {
  return listHolds(Buffer.from(list), 0, list.length, CLOSE)
}

describe('bytes', (test) => {
  test('compares words in any case', () => {
    const word = wordBytes('keep-alive')

    for (const text of ['keep-alive', 'Keep-Alive', 'KEEP-ALIVE'])
      assert.ok(wordAt(Buffer.from(text), 0, word))
    for (const text of ['keep_alive', 'keep-alivf', 'keep']) assert.not(wordAt(Buffer.from(text), 0, word))
  })

  test('finds a word in a list only as a whole', () => {
    for (const list of ['close', ' close ', 'a,close', 'a , Close , b', ',,close'])
      assert.ok(holdsClose(list), list)
    for (const list of ['', 'closed', 'xclose', 'a close', 'clos,e', ',']) assert.not(holdsClose(list), list)
  })

  test('reads whole numbers and nothing else', () => {
    const read = (text: string) => digitsAt(Buffer.from(text), 0, text.length)

    assert.equal(['0', '007', '9007199254740991', '99999999999999999999'].map(read), [
      0,
      7,
      Number.MAX_SAFE_INTEGER,
      Number.POSITIVE_INFINITY,
    ])
    for (const text of ['', '-1', '+1', '1.0', '1 ', '0x1', '1,1']) assert.is(read(text), -1, text)
  })

  test('reads hexadecimal digits and nothing else', () => {
    for (let byte = 0; byte < 256; byte++) {
      const character = String.fromCharCode(byte)
      assert.is(
        hexDigit(byte),
        /[0-9a-fA-F]/.test(character) ? Number.parseInt(character, 16) : -1,
        character,
      )
    }
  })

  test('knows the characters of a header name', () => {
    const known = [...TOKEN_BYTES]
      .flatMap((is, byte) => (is === 1 ? [String.fromCharCode(byte)] : []))
      .join('')

    assert.is(known.length, 77)
    assert.not.match(known, /[\s:;,()<>@"/[\]?={}\\]/)
  })

  test('cuts blanks off both ends', () => {
    const text = Buffer.from(' \t a b\t ')
    const from = skipBlanks(text, 0, text.length)

    assert.is(text.toString('latin1', from, trimBlanks(text, from, text.length)), 'a b')
    assert.is(skipBlanks(Buffer.from('  '), 0, 2), 2)
    assert.is(trimBlanks(Buffer.from('  '), 0, 2), 0)
  })
})
