import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { OTHER_NAMES } from '../../../harness/model/interval-snapshot.ts'
import {
  COMPONENT_NAMES_MAX,
  COMPONENTS_PER_ANSWER_MAX,
  ComponentNames,
  readServerTiming,
} from '../../../harness/targets/http/server-timing.ts'
import { describe } from '../../kit/suite.ts'

function read(text: string): (readonly [name: string, durationMs: number])[] {
  const components: (readonly [string, number])[] = []
  readServerTiming(text, (name, durationMs) => components.push([name, durationMs]))
  return components
}

describe('Server-Timing', (test) => {
  test('gives every entry that has a duration', () => {
    assert.equal(read('policy;dur=12.5, llm;desc="big, slow; model";dur=45,miss , db ; DUR = "3"'), [
      ['policy', 12.5],
      ['llm', 45],
      ['db', 3],
    ])
  })

  test('passes over what does not fit, and goes on', () => {
    assert.equal(read('a b;dur=1, ;dur=2, c;dur=x, d;dur=-1, e;dur=1e9, f;dur=, g;dur=Infinity, ok;dur=7'), [
      ['ok', 7],
    ])
    assert.equal(read(',,,;;;==,"'), [])
    assert.equal(read('a;desc="never closed, b;dur=1'), [])
    assert.equal(read('a;desc="quote \\" inside, still";dur=2'), [['a', 2]])
  })

  test('takes no more than a bounded number from one answer', () => {
    const text = Array.from({ length: 1000 }, (_, index) => `c${index};dur=1`).join(',')

    assert.is(read(text).length, COMPONENTS_PER_ANSWER_MAX)
  })

  test('survives any text, and gives only proper names and times', () => {
    const character = fc.constantFrom(...'ab;,="\\ .=dur129-'.split(''))
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 60 }), (text) => {
        for (const [name, durationMs] of read(text)) {
          assert.match(name, /^[^\s;,="]+$/)
          assert.ok(durationMs >= 0 && Number.isFinite(durationMs))
        }
      }),
    )
  })

  test('reads back what it is written as', () => {
    const entry = fc.tuple(fc.stringMatching(/^[a-z][a-z-]{0,9}$/), fc.integer({ min: 0, max: 100_000 }))
    fc.assert(
      fc.property(fc.array(entry, { maxLength: COMPONENTS_PER_ANSWER_MAX }), (entries) => {
        const text = entries.map(([name, tenths]) => `${name};dur=${tenths / 10};desc="${name}"`).join(', ')

        assert.equal(
          read(text),
          entries.map(([name, tenths]) => [name, tenths / 10]),
        )
      }),
    )
  })

  test('remembers a bounded number of names, the rest are one', () => {
    const names = new ComponentNames()
    const admitted = Array.from({ length: COMPONENT_NAMES_MAX + 5 }, (_, index) => names.admit(`c${index}`))

    assert.is(new Set(admitted).size, COMPONENT_NAMES_MAX + 1)
    assert.is(admitted.at(-1), OTHER_NAMES)
    assert.is(names.admit('c0'), 'c0')
  })
})
