import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { listScenarios } from '../../harness/scenario/list-scenarios.ts'
import { failureOf } from '../kit/rollback.ts'
import { withScratch } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'

describe('The scenarios of a folder', (test) => {
  test('are its scenario files and those of folders in it, sorted', () =>
    withScratch(async (folder) => {
      await mkdir(join(folder, 'nightly'))
      for (const file of ['b.yaml', 'a.ts', 'nightly/c.json', 'notes.md', 'types.d.ts', 'd.mjs'])
        await writeFile(join(folder, file), '')

      assert.equal(await listScenarios(folder), ['a.ts', 'b.yaml', 'd.mjs', 'nightly/c.json'])
    }))

  test('are no plans of qualifications', () =>
    withScratch(async (folder) => {
      await writeFile(join(folder, 'release.yaml'), 'name: release\nstages: {}\nactivities:\n  smoke: {}\n')
      await writeFile(join(folder, 'release.json'), '{\n  "activities": {}\n}')
      await writeFile(join(folder, 'release.ts'), 'export default defineQualification({})')
      await writeFile(join(folder, 'smoke.yaml'), 'data:\n  rows: { activities: 3 }\n')

      assert.equal(await listScenarios(folder), ['smoke.yaml'])
    }))

  test('are nothing that is hidden, installed, or linked from elsewhere', () =>
    withScratch(async (folder) => {
      const inside = join(folder, 'scenarios')
      await mkdir(join(inside, 'node_modules', 'pack'), { recursive: true })
      await mkdir(join(inside, '.cache'))
      await writeFile(join(folder, 'outside.ts'), '')
      await symlink(join(folder, 'outside.ts'), join(inside, 'link.ts'))
      await symlink(folder, join(inside, 'up'))
      for (const file of ['node_modules/pack/index.js', '.cache/x.ts', '.hidden.ts'])
        await writeFile(join(inside, file), '')

      assert.equal(await listScenarios(inside), [])
    }))

  test('are none where there is no folder', () =>
    withScratch(async (folder) => {
      assert.equal(await listScenarios(join(folder, 'missing')), [])
    }))

  test('are an error that names the folder where it cannot be read', () =>
    withScratch(async (folder) => {
      const file = join(folder, 'file')
      await writeFile(file, '')
      const error = await failureOf(listScenarios(file))

      assert.equal(
        [error.code, error.message.startsWith(`${file} cannot be read`)],
        ['SCENARIO_LOAD_FAILED', true],
      )
    }))
})
