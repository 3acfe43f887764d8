import { readdirSync, readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import { ObjectiveIds } from '../../harness/analysis/objective-ids.ts'
import { describe } from '../kit/suite.ts'

const idsOf = (...inputs: unknown[]) => parseObjectives(inputs, 'objectives').objectives.map(({ id }) => id)

describe('The id of an objective', (test) => {
  test('is the name its author gave', () => {
    assert.equal(idsOf({ name: 'Item page p99', expect: 'p99(response_time) < 100ms' }), ['Item page p99'])
  })

  test('is made of the text where there is no name, the same however it is spaced', () => {
    assert.equal(idsOf('p99(response_time{step=GET /items}) < 100ms'), [
      'p99-response_time-step-GET-items-lt-100ms',
    ])
    assert.equal(idsOf('share(response_time <= 100ms) >= 99.9%'), ['share-response_time-le-100ms-ge-99.9pct'])
    assert.equal(idsOf('  error_ratio   <1%'), idsOf('error_ratio < 1%'))
    assert.equal(idsOf('visual(homepage)'), ['visual-homepage'])
  })

  test('has a number where two read the same, and in no other case', () => {
    const twice = { expect: 'error_ratio < 1%', severity: 'warning' }
    assert.equal(idsOf('error_ratio < 1%', twice, 'availability > 99%'), [
      'error_ratio-lt-1pct',
      'error_ratio-lt-1pct-2',
      'availability-gt-99pct',
    ])
    assert.equal(new Set(idsOf('error_ratio < 1%', 'error_ratio <= 1%', 'error_ratio > 1%')).size, 3)
  })

  test('is short, and different for long texts that begin alike', () => {
    const [one = '', other = ''] = idsOf(
      ...['a', 'b'].map((end) => `p99(response_time{step=${'x'.repeat(200)}${end}}) < 100ms`),
    )
    assert.ok(one.length <= 60 && other.length <= 62 && one !== other, `${one} ${other}`)
  })

  test('made of a text gives way to a name that comes later', () => {
    assert.equal(idsOf('error_ratio < 1%', { name: 'error_ratio-lt-1pct', expect: 'availability > 9%' }), [
      'error_ratio-lt-1pct-2',
      'error_ratio-lt-1pct',
    ])
  })

  test('is never that of a built-in objective or of a gate of a comparison', () => {
    for (const name of ['built-in:error_ratio', 'no-worse:p99'])
      assert.equal(
        parseObjectives([{ name, expect: 'error_ratio < 1%' }], 'objectives').problems.map(
          ({ path }) => path,
        ),
        ['objectives[0].name'],
      )
  })

  test('names both places where it is wanted twice, in another list too', () => {
    const ids = new ObjectiveIds()
    const named = (expect: string) => ({ name: 'Errors', expect })
    parseObjectives(['availability > 99%', named('error_ratio < 1%')], 'objectives', ids)
    const { objectives, problems } = parseObjectives([named('error_ratio <= 20%')], 'emergency.limits', ids)

    assert.equal(objectives, [])
    assert.equal(
      problems.map(({ path, message }) => `${path}: ${message}`),
      ["emergency.limits[0].name: objectives[1] and emergency.limits[0] have the same name 'Errors'"],
    )
  })
})

describe('Code about objectives', (test) => {
  const rooms = ['alerts', 'analysis', 'app', 'charts', 'live', 'reporters', 'web']
  const GRAMMAR = new Set(['objective-expression.ts', 'objective-grammar.ts'])
  /** The text of an objective compared, searched for, or taken apart. */
  const BY_TEXT =
    /\bexpect\s*[!=]==|[!=]==\s*(\w+\.)?expect\b|\bexpect\.\w+\(|\b(indexOf|exec|test|includes)\((\w+\.)?expect\)/

  test('knows them by their ids: only the grammar reads their text', () => {
    const files = rooms.flatMap((room) =>
      readdirSync(`harness/${room}`, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !GRAMMAR.has(file))
        .map((file) => `harness/${room}/${file}`),
    )

    assert.ok(files.length > 100)
    assert.equal(
      files.filter((file) => BY_TEXT.test(readFileSync(file, 'utf8'))),
      [],
    )
  })
})
