import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { diskWritable } from '../../harness/preflight/disk-writable.ts'
import { aPreflightContext } from '../kit/preflight-context.ts'
import { withScratch } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'

describe('diskWritable', (test) => {
  test('makes the folder, tries it, and leaves nothing in it', () =>
    withScratch(async (folder) => {
      const outDir = join(folder, 'deep', 'reports')
      const [finding] = await diskWritable.check(aPreflightContext({ outDir }))

      assert.is(finding?.level, 'ok')
      assert.match(finding?.message ?? '', /free$/)
      assert.equal(await readdir(outDir), [])
    }))

  test('blocks where nothing can be written, and names the folder and the flag', () =>
    withScratch(async (folder) => {
      const file = join(folder, 'file')
      await writeFile(file, '')
      const [finding] = await diskWritable.check(aPreflightContext({ outDir: join(file, 'reports') }))

      assert.is(finding?.level, 'blocked')
      assert.match(finding?.message ?? '', join(file, 'reports'))
      assert.match(finding?.hint ?? '', '--out')
    }))
})
