import fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  codeMarkdown,
  linkMarkdown,
  proseMarkdown,
  rowMarkdown,
} from '../../harness/reporters/markdown-text.ts'
import { readMarkdown } from '../kit/report-readers.ts'
import { describe } from '../kit/suite.ts'

describe('Text in Markdown', (test) => {
  test('stays as it is where it is plain', () => {
    const text = "observed 3.333 % (6,000 samples); component 'llm' took 83 %: GET /items/42"

    assert.is(proseMarkdown(text), text)
  })

  for (const word of [
    '@octocat',
    '#12',
    'owner/name#12',
    'GH-12',
    '!34',
    '%release',
    '~label',
    ':tada:',
    '<b>',
    'www.evil.example',
    'see(www.evil.example',
    'https://evil.example',
    '[a](b)',
    '*a*',
    '__a__',
    '&lt;',
    '$x$',
  ]) {
    test(`shows ${word} as code, where it is nothing but text`, () => {
      assert.is(proseMarkdown(`see ${word} first`), `see \`${word}\` first`)
    })
  }

  test('writes signs of comparison so that they are no tags', () => {
    assert.is(proseMarkdown('a < b >= c'), 'a &lt; b &gt;= c')
  })

  test('is cut to a length, and never in the middle of a character', () => {
    assert.is(codeMarkdown('abcdef', 4), '`abc…`')
    assert.is(codeMarkdown('ab😀cd', 4), '`ab…`')
  })

  test('is a link only where its text is its address', () => {
    assert.is(linkMarkdown('https://runbooks.example/llm?a=b#c', 60), '<https://runbooks.example/llm?a=b#c>')
    for (const text of ['javascript:alert(1)', 'https://a b', 'https://a>b', `https://${'a'.repeat(60)}`])
      assert.match(linkMarkdown(text, 60), /^`.*`$/)
  })

  test('is never markup, and never breaks a table, whatever it is', () => {
    const unit = fc.constantFrom(...'`*_[]()<>|\\~!@#$%^&:;/.= \n\u001b\u202eaB1é'.split(''))
    fc.assert(
      fc.property(fc.string({ maxLength: 40, unit }), fc.string({ maxLength: 40, unit }), (a, b) => {
        const rows = ['a', 'b'].map(() => rowMarkdown([proseMarkdown(a), codeMarkdown(b)]))

        assert.match(readMarkdown(`| a | b |\n${rows.join('\n')}\n`), 'a | b')
      }),
      { numRuns: 2000 },
    )
  })

  test('keeps every character of a name that it shows as code', () => {
    const unit = fc.constantFrom(...'`a *'.split(''))
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 20, unit }), (name) => {
        const [, fence = '', inside = ''] = /^(`+)([\s\S]*)\1$/.exec(codeMarkdown(name)) ?? []
        // CommonMark takes one space off each end where both have one and there is more than spaces.
        const shown = /^ .* $/.test(inside) && inside.trim() !== '' ? inside.slice(1, -1) : inside

        assert.not.ok(inside.match(new RegExp(`(?<!\`)${fence}(?!\`)`)))
        assert.is(shown.trim() === '' ? shown.trim() : shown, name.trim() === '' ? '' : name)
      }),
    )
  })
})
