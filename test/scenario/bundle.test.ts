import { readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as assert from 'uvu/assert'
import { bundleScenario } from '../../harness/scenario/bundle.ts'
import { rejectionOf, withFiles } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const SHARED = 'export enum Level { low = 3 }\nexport const shared: number = Level.low'
const SCENARIO = "import { shared } from './lib/shared.js'\nexport default { shared }"
const FILES = { 'a.ts': SCENARIO, 'lib/shared.ts': SHARED, 'node_modules/pkg/index.js': '' }

describe('bundleScenario', (test) => {
  test('makes one module of a scenario and what it imports by path', () =>
    withFiles(FILES, async (folder) => {
      const { module } = await bundleScenario(join(folder, 'a.ts'))
      const { default: scenario } = await import(pathToFileURL(module.path).href)

      assert.equal(scenario, { shared: 3 })
    }))

  test('puts it into the cache of the nearest package, under a name made of its content', () =>
    withFiles(FILES, async (folder) => {
      const first = await bundleScenario(join(folder, 'a.ts'))
      const again = await bundleScenario(join(folder, 'a.ts'))

      assert.is(dirname(first.module.path), join(folder, 'node_modules/.cache/proofload'))
      assert.match(basename(first.module.path), /^a-[0-9a-f]{16}\.mjs$/)
      assert.equal(again, first)
      assert.equal(await readdir(dirname(first.module.path)), [basename(first.module.path)])
    }))

  test('falls back to a folder of the user where the package has no room for it', () =>
    withFiles({ ...FILES, 'node_modules/.cache': 'not a folder' }, async (folder) => {
      const { module } = await bundleScenario(join(folder, 'a.ts'))

      assert.not.ok(module.path.startsWith(folder))
      assert.equal((await import(pathToFileURL(module.path).href)).default, { shared: 3 })
    }))

  test('replaces whatever lies under that name: a bundle is never taken on trust', () =>
    withFiles(FILES, async (folder) => {
      const { module } = await bundleScenario(join(folder, 'a.ts'))
      const code = await readFile(module.path, 'utf8')
      await writeFile(module.path, 'throw 1')
      await bundleScenario(join(folder, 'a.ts'))

      assert.is(await readFile(module.path, 'utf8'), code)
    }))

  test('hashes the sources: the same wherever they lie, another when an import changes', async () => {
    const hashOf = async (files: Readonly<Record<string, string>>, inside: string) => {
      let hash = ''
      const placed = Object.fromEntries(
        Object.entries(files).map(([name, text]) => [join(inside, name), text]),
      )
      await withFiles(placed, async (folder) => {
        hash = (await bundleScenario(join(folder, inside, 'a.ts'))).scenarioHash
      })
      return hash
    }
    const hash = await hashOf(FILES, '.')

    assert.is(await hashOf(FILES, 'deep/er'), hash)
    assert.is.not(await hashOf({ ...FILES, 'lib/shared.ts': `${SHARED} + 1` }, '.'), hash)
  })

  test('takes JavaScript, and CommonJS', () =>
    withFiles({ 'a.mjs': 'export default { b: 1 }', 'c.js': 'module.exports = { d: 1 }' }, async (folder) => {
      for (const [file, value] of [
        ['a.mjs', { b: 1 }],
        ['c.js', { d: 1 }],
      ] as const) {
        const { module } = await bundleScenario(join(folder, file))
        assert.equal((await import(pathToFileURL(module.path).href)).default, value)
      }
    }))

  test('says where code cannot be compiled, line and column as editors count them', () =>
    withFiles({ 'a.ts': 'export default {\n  name = 5,\n  x: }' }, async (folder) => {
      const { message, problems } = await rejectionOf(
        bundleScenario(join(folder, 'a.ts')),
        'SCENARIO_LOAD_FAILED',
      )

      assert.match(message, 'cannot be compiled')
      assert.ok(
        problems.some(({ path }) => path === `${join(folder, 'a.ts')}:3:6`),
        JSON.stringify(problems),
      )
    }))

  test('says which import does not exist, and where it is asked for', () =>
    withFiles({ 'a.ts': "import './gone.ts'\nexport default {}" }, async (folder) => {
      const { problems } = await rejectionOf(bundleScenario(join(folder, 'a.ts')), 'SCENARIO_LOAD_FAILED')

      assert.is(problems[0]?.path, `${join(folder, 'a.ts')}:1:8`)
      assert.match(problems[0]?.message ?? '', './gone.ts')
    }))

  test('refuses a file that is no module at all', () =>
    withFiles({ 'a.py': 'print(1)' }, async (folder) => {
      const { hint } = await rejectionOf(bundleScenario(join(folder, 'a.py')), 'SCENARIO_LOAD_FAILED')

      assert.match(hint ?? '', 'TypeScript or JavaScript module')
    }))
})
