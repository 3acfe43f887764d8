import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { HarnessError } from '../../harness/base/errors.ts'
import { journalLine, readJournal, walkJournal } from '../../harness/store/journal.ts'
import { withScratch } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'

const entries = [
  { kind: 'start', text: 'a\nb' },
  { kind: 'interval', n: 1 },
  { kind: 'interval', n: 2 },
]
const text = entries.map(journalLine).join('')

const read = (content: string | Buffer) =>
  withScratch(async (folder) => {
    const file = join(folder, 'journal.ndjson')
    await writeFile(file, content)
    return await readJournal(file)
  })

describe('The journal', (test) => {
  test('gives back what was written', async () => {
    assert.equal(await read(text), { entries, lostLines: 0 })
  })

  test('cut anywhere gives the entries that were whole before the cut', () =>
    fc.assert(
      fc.asyncProperty(fc.nat({ max: text.length }), async (cut) => {
        const { entries: found, lostLines } = await read(text.slice(0, cut))
        const whole = text.slice(0, cut).split('\n').length - 1
        // A line without its newline may still be whole.
        assert.ok(found.length === whole || found.length === whole + 1)
        assert.equal(found, entries.slice(0, found.length))
        assert.ok(lostLines <= 1)
      }),
      { numRuns: 60 },
    ))

  test('with one bit changed ends before the line that was changed', () =>
    fc.assert(
      fc.asyncProperty(fc.nat({ max: Buffer.byteLength(text) - 1 }), fc.nat({ max: 7 }), async (at, bit) => {
        const bytes = Buffer.from(text)
        bytes[at] = (bytes[at] as number) ^ (1 << bit)
        const line = Buffer.from(text).subarray(0, at).toString().split('\n').length - 1
        const { entries: found } = await read(bytes)
        assert.equal(found, entries.slice(0, line))
      }),
      { numRuns: 60 },
    ))

  test('is gone through entry by entry, to the first line that is damaged', () =>
    withScratch(async (folder) => {
      const file = join(folder, 'journal.ndjson')
      const many = Array.from({ length: 3_000 }, (_, n) => ({ n, text: 'ä'.repeat(n) }))
      // Some 9 MB: no piece that is read ends where a line does.
      await writeFile(file, [...many.map(journalLine), 'torn\n', journalLine({ n: -1 })].join(''))
      let count = 0

      const lostLines = await walkJournal(file, (entry) => {
        assert.equal(entry, many[count])
        count++
      })

      assert.equal([count, lostLines], [many.length, 2])
    }))

  test('that is not there is said', async () => {
    const error = await readJournal('/nowhere/journal.ndjson').catch((thrown: HarnessError) => thrown)
    assert.is((error as HarnessError).code, 'RECORD_NOT_FOUND')
  })
})
