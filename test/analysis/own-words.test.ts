import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { OWN_WORDS } from '../../harness/analysis/own-words.ts'
import { describe } from '../kit/suite.ts'

const source = (name: string) =>
  readFileSync(new URL(`../../harness/model/${name}.ts`, import.meta.url), 'utf8').replaceAll(
    /^(import .*|.*from '.*')$/gm,
    '',
  )

describe('Our own words', (test) => {
  test('are the keys and fixed words of records, verdicts and journals', () => {
    for (const word of [
      'intervals',
      'hdr',
      'complete',
      'GO',
      'outcome',
      'p99_9',
      'rollbackId',
      'reset',
      'heatMap',
      'dedupeKey',
      'drift',
    ])
      assert.ok(OWN_WORDS.has(word), word)
    assert.not.ok(OWN_WORDS.has('password'))
  })

  for (const name of ['plan', 'live-view', 'run-point'])
    test(`are every key and fixed word of ${name}.ts, which has no schema`, () => {
      const text = source(name)
      const keys = [...text.matchAll(/readonly (\w+)\??:/g)].map(([, key]) => key as string)
      const fixed = [...text.matchAll(/'([^'\s]+)'/g)].map(([, word]) => word as string)

      assert.equal(
        [...keys, ...fixed].filter((word) => !OWN_WORDS.has(word)),
        [],
      )
    })
})
