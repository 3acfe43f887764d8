import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import * as assert from 'uvu/assert'
import { ContentDecoder, type Decoded } from '../../../harness/targets/http/content-decoding.ts'
import { describe } from '../../kit/suite.ts'

const TEXT = Buffer.from('some text that is long enough to be worth it, long enough to be worth it')
const MIB = 1024 * 1024

function decode(body: Buffer, coding: string, maxBytes: number): Promise<Decoded> {
  return new Promise((done) => new ContentDecoder(maxBytes).decode(body, coding, done))
}

async function decoded(body: Buffer, coding: string, maxBytes = 1000): Promise<string> {
  const result = await decode(body, coding, maxBytes)
  return 'kind' in result ? result.kind : result.toString()
}

describe('ContentDecoder', (test) => {
  test('undoes every coding it knows', async () => {
    assert.is(await decoded(gzipSync(TEXT), 'gzip'), `${TEXT}`)
    assert.is(await decoded(gzipSync(TEXT), 'X-GZip'), `${TEXT}`)
    assert.is(await decoded(brotliCompressSync(TEXT), 'br'), `${TEXT}`)
    assert.is(await decoded(deflateSync(TEXT), 'deflate'), `${TEXT}`)
    assert.is(await decoded(deflateRawSync(TEXT), 'deflate'), `${TEXT}`)
  })

  test('undoes several in the order opposite to that in which they were done', async () => {
    assert.is(await decoded(brotliCompressSync(gzipSync(TEXT)), 'gzip, br'), `${TEXT}`)
  })

  test('leaves alone what is not coded', async () => {
    assert.is(await decoded(TEXT, 'identity'), `${TEXT}`)
    assert.is(await decoded(TEXT, 'somebody-elses'), `${TEXT}`)
    assert.is(await decoded(Buffer.alloc(0), 'gzip'), '')
  })

  test('stops at the bound', async () => {
    const bomb = Buffer.alloc(1_000_000)
    for (const [coding, body] of [
      ['gzip', gzipSync(bomb)],
      ['br', brotliCompressSync(bomb)],
      ['deflate', deflateSync(bomb)],
    ] as const) {
      assert.is(await decoded(body, coding), 'too-large')
      assert.is(await decoded(body, coding, 500_000), 'too-large')
    }
    assert.is((await decoded(gzipSync(Buffer.alloc(1000)), 'gzip')).length, 1000)
  })

  test('says that a body is not what it claims', async () => {
    assert.is(await decoded(TEXT, 'gzip'), 'protocol')
    assert.is(await decoded(gzipSync(TEXT).subarray(0, 30), 'gzip'), 'protocol')
    assert.is(await decoded(TEXT, 'br'), 'protocol')
  })

  test('decodes small bodies at once, and large ones one after the other beside the loop', async () => {
    const decoder = new ContentDecoder(64 * MIB)
    const ended: string[] = []
    const all = [2 * MIB, 1 * MIB, 1000].map(
      (bytes) =>
        new Promise<void>((done) =>
          decoder.decode(gzipSync(Buffer.alloc(bytes)), 'gzip', (result) => {
            ended.push('kind' in result ? result.kind : `${result.length}`)
            done()
          }),
        ),
    )

    assert.equal(ended, ['1000'])
    await Promise.all(all)
    assert.equal(ended, ['1000', `${2 * MIB}`, `${MIB}`])
  })

  test('takes a body that grows a thousand times for a bomb, and one that grows as text does for text', async () => {
    const bomb = await decode(gzipSync(Buffer.alloc(8 * MIB)), 'gzip', 64 * MIB)
    const text = Buffer.from(
      Array.from({ length: 800_000 }, (_, row) => `${(row * 7919) % 1_000_003},`).join(''),
    )

    assert.equal(bomb, {
      kind: 'too-large',
      text: 'the body is larger than 4 MiB and 50 times its size when decompressed',
    })
    assert.ok(text.length > 4 * MIB)
    assert.is((await decoded(gzipSync(text, { level: 1 }), 'gzip', 64 * MIB)).length, text.length)
  })

  test('refuses codings upon codings', async () => {
    assert.is(await decoded(gzipSync('x'), Array(6).fill('gzip').join()), 'protocol')
  })
})
