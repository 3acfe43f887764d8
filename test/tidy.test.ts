import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { languageProblemsIn } from './kit/language.ts'
import { describe } from './kit/suite.ts'

const root = new URL('../harness/', import.meta.url).pathname
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .sort()
const problemsIn = (files: readonly string[]) =>
  files.flatMap((file) =>
    languageProblemsIn(readFileSync(join(root, file), 'utf8')).map(
      ({ line, text, rule }) => `harness/${file}:${line} ${text}: ${rule}`,
    ),
  )

describe('The language of comments and messages', (test) => {
  test('is plain: doc comments that stand alone, and the terms of the field', () => {
    assert.equal(problemsIn(sources), [])
  })

  test('finds doc comments that only go on from the code', () => {
    const found = languageProblemsIn(
      '/** Of a run. */\nlet a\n/**\n * Whether it ended.\n */\nlet b\n/** Ends it. */\nlet c',
    )

    assert.equal(
      found.map(({ line, text }) => [line, text]),
      [
        [1, 'Of a run.'],
        [3, 'Whether it ended.'],
      ],
    )
  })

  test('finds house words in texts, but not in keys', () => {
    const found = languageProblemsIn(
      "const a = 'threads; all unless said'\nconst b = `the line is held by $" +
        "{name}`\nconst c = 'lamp'\n/** The line of a chart. */\nconst d = 'a line'",
    )

    assert.equal(
      found.map(({ line, rule }) => [line, rule]),
      [
        [1, 'write the default as `Default: 1m.`'],
        [2, 'say deploy lock'],
      ],
    )
  })
})
