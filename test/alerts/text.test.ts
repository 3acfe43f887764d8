import * as assert from 'uvu/assert'
import { clip, factsOf, linkOf } from '../../harness/alerts/text.ts'
import { visible } from '../../harness/base/visible.ts'
import { anAlert, HOSTILE } from '../kit/alerts.ts'
import { aDemand } from '../kit/demands.ts'
import { describe } from '../kit/suite.ts'

describe('Texts of an alert', (test) => {
  test('show what would steer a terminal, break a line or turn the direction', () => {
    assert.is(
      visible('a\u001b[2J\n\u009b1m\u202eb\u2028\ud800'),
      'a\\u{1b}[2J\\u{a}\\u{9b}1m\\u{202e}b\\u{2028}\\u{d800}',
    )
    assert.is(visible('größer als 100 ms 🚨 < & >'), 'größer als 100 ms 🚨 < & >')
  })

  test('are cut between characters', () => {
    assert.is(clip('abcdef', 6), 'abcdef')
    assert.is(clip('abcdefg', 6), 'abc...')
    assert.is(clip('ab🚨defg', 6), 'ab...')
  })

  test('leave out what is not known', () => {
    const facts = factsOf(
      anAlert({ objective: null, observed: null, owner: null, runbook: null, annotations: {} }),
    )

    assert.equal(facts, [
      ['run', 'run-1'],
      ['correlation id', 'c-7'],
      ['at', '2026-11-21T09:30:05.120Z'],
    ])
  })

  test('write a value in its unit', () => {
    const facts = Object.fromEntries(
      factsOf(anAlert({ objective: aDemand('error_ratio < 1%'), observed: 0.034 })),
    )

    assert.equal([facts['observed'], facts['bound']], ['3.4 %', '< 1 %'])
  })

  test('put the claim beside the name of an objective', () => {
    const objective = aDemand('p99(response_time) < 250ms', { name: 'Item page p99' })
    const facts = factsOf(anAlert({ objective }))

    assert.equal(facts.slice(0, 4), [
      ['objective', 'Item page p99'],
      ['claim', 'p99(response_time)'],
      ['observed', '182ms'],
      ['bound', '< 250ms'],
    ])
  })

  test('are bounded in number and length', () => {
    const annotations = Object.fromEntries(
      Array.from({ length: 99 }, (_, i) => [`${i}${HOSTILE.repeat(99)}`, HOSTILE.repeat(99)]),
    )
    const facts = factsOf(anAlert({ annotations }))

    assert.is(facts.length, 16)
    assert.ok(facts.every(([label, text]) => label.length <= 80 && text.length <= 400))
  })

  test('link to web addresses only', () => {
    const links = [
      'https://a.example/b',
      'javascript:alert(1)',
      'see the wiki',
      'file:///etc/passwd',
      null,
    ].map((runbook) => linkOf(anAlert({ runbook })))

    assert.equal(links, ['https://a.example/b', null, null, null, null])
  })
})
