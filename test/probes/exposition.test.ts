import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { parseValue, seriesIn } from '../../harness/probes/exposition.ts'
import { describe } from '../kit/suite.ts'

const PAGE = `# HELP gc Time in "garbage" collection.
# TYPE gc counter
gc{kind="minor"} 0.25
gc{kind="major",heap="old"} 1.5 1700000000000
gc_total 99
gc
gcx 7
`

/** The page without its one broken line. */
const SOUND = PAGE.replace('gc\n', '')

const plain = (page: string, metric: string) =>
  seriesIn(page, metric).map(({ labels, value }) => [Object.fromEntries(labels), value])

describe('A page of metrics', (test) => {
  test('gives the series of exactly the metric that is asked for', () => {
    assert.equal(plain(SOUND, 'gc'), [
      [{ kind: 'minor' }, 0.25],
      [{ kind: 'major', heap: 'old' }, 1.5],
    ])
    assert.equal(plain(SOUND, 'gcx'), [[{}, 7]])
    assert.equal(plain(SOUND, 'g'), [])
  })

  const LINES: readonly (readonly [string, unknown])[] = [
    ['m 1', [{}, 1]],
    ['m\t-1.5e-3 ', [{}, -0.0015]],
    ['m{} 1', [{}, 1]],
    ['m { a = "1" , b="2", } +Inf', [{ a: '1', b: '2' }, Number.POSITIVE_INFINITY]],
    ['m{a="1"}2', [{ a: '1' }, 2]],
    ['m{a="say \\"hi\\", {now}\\n\\\\"} 3', [{ a: 'say "hi", {now}\n\\' }, 3]],
    ['m{__proto__="x"} 4', [JSON.parse('{"__proto__":"x"}'), 4]],
    ['m_is{a="b"} 4', 'absent'],
    ['m 5 1700000000.123 # {trace_id="m 9"} 0.67 1700000000', [{}, 5]],
    ['m 6 # {trace_id="abc"} 0.67', [{}, 6]],
    ['m{a="1"} 7\r', [{ a: '1' }, 7]],
  ]
  for (const [line, expected] of LINES) {
    test(`understands ${JSON.stringify(line)}`, () => {
      if (expected === 'absent') assert.equal(plain(line, 'm'), [])
      else assert.equal(plain(line, 'm'), [expected])
    })
  }

  const BROKEN = [
    'm{a="1" 2',
    'm{a=1} 2',
    'm{a="\\x"} 2',
    'm{a="1"b="2"} 2',
    'm{="1"} 2',
    'm one',
    'm 0x10',
    'm 1 2 3',
    'm ',
    'm 1e999e1',
    `m{a="${'\\\\'.repeat(50_000)} 1`,
  ]
  for (const line of BROKEN) {
    test(`refuses ${JSON.stringify(line.slice(0, 30))}`, () => {
      assert.throws(() => seriesIn(`a 1\n${line}\n`, 'm'), /a line is not in the text format: m/)
    })
  }

  test('is not read where it is none of our business', () => {
    assert.equal(plain(`${BROKEN.join('\n').replaceAll(/^m/gm, 'other')}\n<html>\nm 1`, 'm'), [[{}, 1]])
  })

  test('throws nothing but what it says, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        try {
          seriesIn(`m{a="${text}`, 'm')
        } catch (error) {
          assert.match((error as Error).message, /not in the text format/)
        }
      }),
    )
  })

  test('is given back label by label as it was written', () => {
    const escaped = (text: string) =>
      text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.double({ noNaN: true }), (label, value) => {
        const [series] = seriesIn(`m{a="${escaped(label)}"} ${value}`.replace('Infinity', 'Inf'), 'm')
        assert.is(series?.labels.get('a'), label)
        assert.is(series?.value, value)
      }),
    )
  })
})

describe('parseValue', (test) => {
  test('reads what Prometheus writes, and nothing else', () => {
    assert.equal(['1', '-2.5', '+.5', '3.', '1e+06'].map(parseValue), [1, -2.5, 0.5, 3, 1e6])
    assert.equal(['NaN', '+Inf', '-Inf'].map(parseValue), [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ])
    assert.equal(['', 'one', '0x10', '1_000', '1,5', '--1'].map(parseValue), [
      null,
      null,
      null,
      null,
      null,
      null,
    ])
  })
})
