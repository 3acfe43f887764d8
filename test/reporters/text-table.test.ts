import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { renderTextTable, wrapText } from '../../harness/reporters/text-table.ts'
import { describe } from '../kit/suite.ts'

describe('Wrapped text', (test) => {
  test('fits into eighty columns', () => {
    assert.equal(wrapText(`${'a'.repeat(40)} ${'b'.repeat(35)} c`, 4), [
      `    ${'a'.repeat(40)} ${'b'.repeat(35)}`,
      '    c',
    ])
  })

  test('keeps a long word whole', () => {
    const url = `https://runbooks.example/${'x'.repeat(90)}`
    assert.equal(wrapText(`see ${url} first`, 2), ['  see', `  ${url}`, '  first'])
  })

  test('loses no word and adds none, whatever their lengths', () => {
    const word = fc.string({ minLength: 1, maxLength: 100, unit: fc.constantFrom('a', 'B', '|', '.') })
    fc.assert(
      fc.property(fc.array(word), fc.integer({ min: 0, max: 20 }), (words, indent) => {
        const lines = wrapText(words.join(' '), indent)
        assert.equal(
          lines.flatMap((line) => line.trim().split(' ')),
          words,
        )
        for (const line of lines) assert.ok(line.length <= 80 || !line.trim().includes(' '), line)
      }),
    )
  })
})

describe('A table for terminals', (test) => {
  test('puts what belongs to a row beneath it', () => {
    const text = renderTextTable({
      title: 'Title',
      heads: ['name', 'count'],
      rows: [
        ['a', '1'],
        ['b', '20'],
      ],
      notes: [
        { head: 'first', texts: ['of a', ''] },
        { head: 'second', texts: ['more of a', 'of b'] },
      ],
    })
    assert.is(text, 'Title\n  name  count\n  a         1\n    of a\n    more of a\n  b        20\n    of b\n')
  })

  const long = `share(response_time{step=${'x'.repeat(50)}} <= 100ms) >= 99%`

  test('gives a name that is too wide a line above its row', () => {
    const text = renderTextTable({
      title: '',
      heads: ['objective', 'outcome'],
      rows: [
        [long, 'missed'],
        ['short', 'met'],
      ],
      notes: [{ head: 'budget', texts: ['note', ''] }],
    })
    assert.equal(text.split('\n'), [
      '  objective  outcome',
      `  share(response_time{step=${'x'.repeat(50)}}`,
      '  <= 100ms) >= 99%',
      '             missed',
      '    note',
      '  short      met',
      '',
    ])
  })

  test('gives any other text that is too wide a line below its row', () => {
    const text = renderTextTable({
      title: '',
      heads: ['#', 'objective'],
      rows: [
        ['1', long],
        ['2', 'short'],
      ],
      notes: [{ head: 'do', texts: ['look', 'look'] }],
    })
    assert.equal(
      text.split('\n').map((line) => line.trimEnd()),
      [
        '  #  objective',
        '  1',
        `    share(response_time{step=${'x'.repeat(50)}}`,
        '    <= 100ms) >= 99%',
        '    look',
        '  2  short',
        '    look',
        '',
      ],
    )
  })

  test('is no wider than a terminal, however long its title and its names are', () => {
    const text = renderTextTable({
      title: 'word '.repeat(30),
      heads: ['step', 'p99'],
      rows: [
        ['word '.repeat(40), '1s'],
        ['short', '2s'],
      ],
    })
    for (const line of text.split('\n')) assert.ok(line.length <= 80, line)
  })

  test('lets a text give way, not figures', () => {
    const heads = ['step', ...Array.from({ length: 8 }, (_, i) => `figures ${i}`)]
    const text = renderTextTable({ title: '', heads, rows: [['name', ...heads.slice(1).map(() => '1')]] })
    assert.match(text, /\n {2}name\n +1 /)
  })
})
