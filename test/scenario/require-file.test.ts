import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { requireFile, SCENARIO_FILE } from '../../harness/scenario/require-file.ts'
import { rejectionOf, withFiles } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

describe('requireFile', (test) => {
  test('names the nearest file of the folder', () =>
    withFiles({ 'checkout.ts': '', 'other.ts': '' }, async (folder) => {
      const { hint } = await rejectionOf(
        requireFile(join(folder, 'chekout.ts'), SCENARIO_FILE),
        'SCENARIO_NOT_FOUND',
      )

      assert.is(hint, `Did you mean ${join(folder, 'checkout.ts')}?`)
    }))

  test('has no guess when nothing is near, or the folder does not exist', () =>
    withFiles({ 'x.ts': '' }, async (folder) => {
      for (const file of ['something-else.ts', 'no/such/folder/x.ts', 'x.ts/x.ts']) {
        const { hint } = await rejectionOf(
          requireFile(join(folder, file), SCENARIO_FILE),
          'SCENARIO_NOT_FOUND',
        )
        assert.is(hint, 'Give the path of a scenario file, or a URL.')
      }
    }))

  test('does not take a folder for a file', () =>
    withFiles({}, async (folder) => {
      await mkdir(join(folder, 'scenarios'))
      await rejectionOf(requireFile(join(folder, 'scenarios'), SCENARIO_FILE), 'SCENARIO_NOT_FOUND')
    }))
})
