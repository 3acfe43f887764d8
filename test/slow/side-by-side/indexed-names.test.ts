import { join, relative } from 'node:path'
import * as assert from 'uvu/assert'
import { indexedNamesInText, indexedNamesOf } from '../../kit/indexed-names.ts'
import { describe } from '../../kit/suite.ts'

const root = new URL('../../..', import.meta.url).pathname

describe('Names from outside', (test) => {
  test('are never used as keys of an object but where inherited ones are looked out for', () => {
    const isOurs = (file: string) => file.startsWith(join(root, 'harness/'))
    const found = ['tsconfig.json', 'tsconfig.browser.json'].flatMap((tsconfig) =>
      indexedNamesOf(join(root, tsconfig), isOurs),
    )
    const places = found
      .map(({ file, line, code, instead }) => `${relative(root, file)}:${line} ${code}: use ${instead}`)
      .filter((place) => !/^harness\/base\/(names|record-of)\.ts:/.test(place))

    assert.equal([...new Set(places)], [])
  })

  test('are found when they are used so', () => {
    const found = indexedNamesInText(`
      declare const z: { record(name: unknown, value: unknown): unknown }
      export function faulty<N extends string>(table: Record<string, number>, name: string, other: N | 3) {
        const sums: Record<string, number> = {}
        sums[name] = 1
        const read = table[name]
        const { [name]: taken } = table
        Object.assign(sums, table)
        return [read, taken, name in table, table[\`of \${name}\`], table[other], z.record(name, read)]
      }
    `)

    assert.equal(
      found.map(({ code }) => code),
      [
        'sums[name]',
        'table[name]',
        '[name]',
        'Object.assign(sums, table)',
        'name in table',
        `table[\`of \${name}\`]`,
        'table[other]',
        'z.record(name, read)',
      ],
    )
  })

  test('are told from places in a list and from words that the source itself names', () => {
    const found = indexedNamesInText(`
      type Word = 'met' | 'missed'
      export function sound(list: number[], colours: Record<Word, string>, word: Word, table: Map<string, number>) {
        const [{ length }] = [list]
        return [list[length - 1], colours[word], colours['met'], 'met' in colours, table.get(word)]
      }
    `)

    assert.equal(found, [])
  })
})
