import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import * as assert from 'uvu/assert'
import { decodeContent } from '../../../harness/targets/http/content-decoding.ts'
import { describe } from '../../kit/suite.ts'

const TEXT = Buffer.from('some text that is long enough to be worth it, long enough to be worth it')

function decoded(body: Buffer, coding: string, maxBytes = 1000): string {
  const result = decodeContent(body, coding, maxBytes)
  return 'kind' in result ? result.kind : result.toString()
}

describe('decodeContent', (test) => {
  test('undoes every coding it knows', () => {
    assert.is(decoded(gzipSync(TEXT), 'gzip'), `${TEXT}`)
    assert.is(decoded(gzipSync(TEXT), 'X-GZip'), `${TEXT}`)
    assert.is(decoded(brotliCompressSync(TEXT), 'br'), `${TEXT}`)
    assert.is(decoded(deflateSync(TEXT), 'deflate'), `${TEXT}`)
    assert.is(decoded(deflateRawSync(TEXT), 'deflate'), `${TEXT}`)
  })

  test('undoes several in the order opposite to that in which they were done', () => {
    assert.is(decoded(brotliCompressSync(gzipSync(TEXT)), 'gzip, br'), `${TEXT}`)
  })

  test('leaves alone what is not coded', () => {
    assert.is(decoded(TEXT, 'identity'), `${TEXT}`)
    assert.is(decoded(TEXT, 'somebody-elses'), `${TEXT}`)
    assert.is(decoded(Buffer.alloc(0), 'gzip'), '')
  })

  test('stops at the bound', () => {
    const bomb = Buffer.alloc(1_000_000)
    for (const [coding, body] of [
      ['gzip', gzipSync(bomb)],
      ['br', brotliCompressSync(bomb)],
      ['deflate', deflateSync(bomb)],
    ] as const)
      assert.is(decoded(body, coding), 'too-large')
    assert.is(decoded(gzipSync(Buffer.alloc(1000)), 'gzip').length, 1000)
  })

  test('says that a body is not what it claims', () => {
    assert.is(decoded(TEXT, 'gzip'), 'protocol')
    assert.is(decoded(gzipSync(TEXT).subarray(0, 30), 'gzip'), 'protocol')
    assert.is(decoded(TEXT, 'br'), 'protocol')
  })
})
