import { readdirSync, readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { METRICS } from '../harness/analysis/metrics/catalogue.ts'
import { manualPage } from '../harness/app/manual.ts'
import { ERROR_EXIT_STATUS } from '../harness/base/errors.ts'
import { ERROR_KINDS } from '../harness/model/outcome.ts'
import { scenarioSchema } from '../harness/scenario/schema.ts'
import { assertGolden } from './kit/golden.ts'
import { harnessErrorOf } from './kit/scenario-documents.ts'
import { settingsTable, withTable } from './kit/settings-table.ts'
import { describe } from './kit/suite.ts'

const docs = new URL('../docs/', import.meta.url)
const pages = readdirSync(docs).filter((file) => file.endsWith('.md'))
const read = (page: string) => readFileSync(new URL(page, docs), 'utf8')
/** Names in the first column of the tables of a page. */
const namedIn = (page: string) =>
  [...read(page).matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name as string)

/** Codes that the rules of the validity and the verdict give reasons by. */
function reasonCodes(): string[] {
  const analysis = new URL('../harness/analysis/', import.meta.url)
  const files = [
    'decide.ts',
    'inconclusive.ts',
    ...readdirSync(new URL('validity/', analysis)).map((file) => `validity/${file}`),
  ]
  const text = files.map((file) => readFileSync(new URL(file, analysis), 'utf8')).join('\n')
  const codes = [...text.matchAll(/'([A-Z]+(?:_[A-Z]+)+)'/g)].map(([, code]) => code as string)
  return [...new Set(codes)].filter((code) => code !== 'NO_GO').sort()
}

function metricsTable(): string {
  const rows = [...METRICS.values()].map(({ name, meaning, unit, value, labels }) =>
    [`\`${name}\``, meaning.replaceAll('|', '\\|'), value.kind, unit, labels.join(', ')].join(' | '),
  )
  return [
    '| metric | meaning | kind | unit | labels |',
    '|---|---|---|---|---|',
    ...rows.map((row) => `| ${row} |`),
  ].join('\n')
}

describe('The manual', (test) => {
  test('lists every page in its table of contents, and no other', () => {
    const listed = [...read('README.md').matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, page]) => page as string)
    assert.equal([...new Set(listed)].sort(), pages.filter((page) => page !== 'README.md').sort())
  })

  test('leads from page to page', () => {
    for (const page of pages)
      for (const [, target] of read(page).matchAll(/\]\(([\w-]+\.md)(?:#[\w-]+)?\)/g))
        assert.ok(pages.includes(target as string), `${page}: ${target}`)
  })

  test('says of every error kind, every reason and every error code what to do', () => {
    const named = new Set(namedIn('troubleshooting.md'))
    for (const name of [...ERROR_KINDS, ...reasonCodes(), ...Object.keys(ERROR_EXIT_STATUS)])
      assert.ok(named.has(name), `docs/troubleshooting.md says nothing of ${name}`)
  })

  test('holds every metric with its meaning', () =>
    assertGolden(withTable(read('objectives.md'), 'metrics', metricsTable()), new URL('objectives.md', docs)))

  test('holds every key of a scenario', () =>
    assertGolden(
      withTable(read('scenario-keys.md'), 'keys', settingsTable(scenarioSchema)),
      new URL('scenario-keys.md', docs),
    ))

  test('is printed page by page', async () => {
    assert.is(await manualPage(undefined), read('README.md'))
    assert.is(await manualPage('objectives'), read('objectives.md'))
    try {
      await manualPage('objective')
      assert.unreachable()
    } catch (error) {
      assert.match(harnessErrorOf(error, 'USAGE').hint ?? '', "Did you mean 'objectives'?")
    }
  })
})
