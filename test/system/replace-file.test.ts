import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { replaceFile } from '../../harness/system/replace-file.ts'
import { withScratch } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'

describe('replaceFile', (test) => {
  test('makes a file, and replaces it, leaving nothing else', () =>
    withScratch(async (folder) => {
      const file = join(folder, 'state.json')
      for (const text of ['a long text at first', 'short']) {
        await replaceFile(file, text)
        assert.is(readFileSync(file, 'utf8'), text)
      }
      assert.equal(readdirSync(folder), ['state.json'])
    }))

  test('rejects with the trouble of the system, and leaves what was there', () =>
    withScratch(async (folder) => {
      const file = join(folder, 'state.json')
      mkdirSync(join(file, 'something'), { recursive: true })
      const codeOf = (path: string) =>
        replaceFile(path, 'text').then(
          () => 'replaced',
          (error: NodeJS.ErrnoException) => error.code,
        )
      assert.is(await codeOf(file), 'EISDIR')
      assert.ok(existsSync(join(file, 'something')))
      assert.is(await codeOf(join(folder, 'nowhere', 'state.json')), 'ENOENT')
    }))
})
