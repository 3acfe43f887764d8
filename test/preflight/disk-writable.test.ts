import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { diskWritable } from '../../harness/preflight/disk-writable.ts'
import { aPreflightContext } from '../kit/preflight-context.ts'
import { withScratch } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'

describe('diskWritable', (test) => {
  test('tries the folder, and leaves nothing that was not there', () =>
    withScratch(async (folder) => {
      const outDir = join(folder, 'deep', 'reports')
      const [finding] = await diskWritable.check(
        aPreflightContext({ folders: [{ path: outDir, option: '--out' }] }),
      )

      assert.is(finding?.level, 'ok')
      assert.match(finding?.message ?? '', /free in /)
      assert.equal(await readdir(folder), [])
    }))

  test('blocks where nothing can be written, and names the folder and the flag', () =>
    withScratch(async (folder) => {
      const file = join(folder, 'file')
      await writeFile(file, '')
      const folders = [
        { path: folder, option: '--out' },
        { path: join(file, 'baselines'), option: '--baselines' },
      ]
      const [reports, baselines] = await diskWritable.check(aPreflightContext({ folders }))

      assert.equal([reports?.level, baselines?.level], ['ok', 'blocked'])
      assert.match(baselines?.message ?? '', join(file, 'baselines'))
      assert.match(baselines?.hint ?? '', '--baselines')
    }))
})
