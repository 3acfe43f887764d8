import { existsSync, readdirSync, readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { targets } from '../harness/targets/index.ts'
import { assertGolden } from './kit/golden.ts'
import { withSettings } from './kit/settings-table.ts'
import { describe } from './kit/suite.ts'

const docs = new URL('../docs/', import.meta.url)
const pageOf = (plugin: string) => new URL(`target-${plugin}.md`, docs)

/** Targets that a URL, a function or nothing at all describes: other pages have what there is to say. */
const WITHOUT_PAGE = ['function', 'sandbox']

describe('The pages of the targets', (test) => {
  test('are there for every target, and for no other', () => {
    const pages = readdirSync(docs).flatMap((file) => /^target-(.+)\.md$/.exec(file)?.[1] ?? [])
    assert.equal(pages.sort(), targets.names.filter((name) => !WITHOUT_PAGE.includes(name)).sort())
  })

  for (const plugin of targets.all.filter(({ name }) => existsSync(pageOf(name))))
    test(`hold the settings of ${plugin.name} as its schemas have them`, () => {
      const file = pageOf(plugin.name)
      assertGolden(withSettings(readFileSync(file, 'utf8'), plugin), file)
    })

  test('say what is wrong with a page that has no place for them', () => {
    const [plugin] = targets.all
    assert.throws(() => withSettings('# A page\n', plugin!), 'no <!-- settings -->')
  })
})
