import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { inTriedFolder } from '../../harness/system/try-folder.ts'
import { describe } from '../kit/suite.ts'

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'proofload-try-'))
  try {
    await body(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function messageOfTrying(folder: string, body: () => Promise<void>): Promise<string> {
  try {
    await inTriedFolder(folder, body)
    return 'tried'
  } catch (error) {
    return (error as Error).message
  }
}

const nothing = () => Promise.resolve()

describe('A folder that is tried', (test) => {
  test('is as it was: made for the body, and gone', () =>
    inFolder(async (folder) => {
      const deep = join(folder, 'a', 'b')
      await inTriedFolder(deep, async () => assert.ok(existsSync(deep)))
      assert.equal(readdirSync(folder), [])
    }))

  test('on a full disk is left as it was, without the file that could be made and not written', () =>
    inFolder(async (folder) => {
      symlinkSync('/dev/full', join(folder, `.preflight-${process.pid}`))
      assert.match(await messageOfTrying(folder, nothing), 'ENOSPC')
      assert.equal(readdirSync(folder), [])
    }))

  test('is left as it was when the body fails', () =>
    inFolder(async (folder) => {
      const message = await messageOfTrying(join(folder, 'a'), () => Promise.reject(new Error('no statfs')))
      assert.is(message, 'no statfs')
      assert.equal(readdirSync(folder), [])
    }))
})
