import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { HarnessError } from '../../harness/base/errors.ts'
import {
  findRunFolder,
  listRunFiles,
  listRunFolders,
  readRunFile,
} from '../../harness/store/report-folders.ts'
import { describe } from '../kit/suite.ts'

/** A reports folder with one run, and a secret beside it. */
async function inReports(body: (reports: string, run: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'proofload-reports-'))
  const run = join(folder, 'reports', 'checkout', '20260101-020000-aaaa')
  mkdirSync(run, { recursive: true })
  writeFileSync(join(run, 'run.json'), '{}')
  writeFileSync(join(folder, 'secret.json'), 'secret')
  try {
    await body(join(folder, 'reports'), run)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function refusal(reading: Promise<unknown>): Promise<HarnessError> {
  try {
    await reading
  } catch (error) {
    if (error instanceof HarnessError) return error
    throw error
  }
  throw new Error('it was read')
}

describe('The reports folder', (test) => {
  test('gives the folder of a run for its id alone', () =>
    inReports(async (reports, run) => {
      assert.is(await findRunFolder(reports, '20260101-020000-aaaa'), run)
      assert.is(await findRunFolder(reports, '20260101-020000-bbbb'), null)
      assert.is(await findRunFolder(join(reports, 'nowhere'), '20260101-020000-aaaa'), null)
    }))

  test('takes no id that could lead out of it', () =>
    inReports(async (reports) => {
      mkdirSync(join(reports, 'checkout', 'other'))
      writeFileSync(join(reports, 'run.json'), '{}')
      writeFileSync(join(reports, 'checkout', 'run.json'), '{}')
      for (const id of [
        '..',
        '.',
        '',
        '../..',
        '../checkout',
        'a/b',
        'a\\b',
        '/etc',
        'run\0',
        '.hidden',
        'x'.repeat(300),
      ])
        assert.is(await findRunFolder(reports, id), null, id)
      // A folder without a record is no run.
      assert.is(await findRunFolder(reports, 'other'), null)
    }))

  test('follows no link, whether it is a scenario, a run or a file', () =>
    inReports(async (reports, run) => {
      symlinkSync(join(reports, 'checkout'), join(reports, 'linked'))
      symlinkSync(run, join(reports, 'checkout', 'linked-run'))
      symlinkSync(join(reports, '..', 'secret.json'), join(run, 'linked.json'))
      assert.is(await findRunFolder(reports, 'linked-run'), null)
      assert.equal(await listRunFiles(run), ['run.json'])
      assert.is(await readRunFile(run, 'linked.json'), null)
      assert.equal(await listRunFolders(reports, 10), [{ scenario: 'checkout', id: '20260101-020000-aaaa' }])
    }))

  test('lists the newest runs of all scenarios', () =>
    inReports(async (reports) => {
      for (const id of ['20260103-020000-cccc', '20260102-020000-bbbb'])
        mkdirSync(join(reports, 'other', id), { recursive: true })
      assert.equal(
        (await listRunFolders(reports, 2)).map(({ id }) => id),
        ['20260103-020000-cccc', '20260102-020000-bbbb'],
      )
    }))

  test('reads the files of a run by their plain names only', () =>
    inReports(async (_reports, run) => {
      assert.is((await readRunFile(run, 'run.json'))?.toString(), '{}')
      for (const name of ['../run.json', '../../../secret.json', '..', '', 'verdict.json'])
        assert.is(await readRunFile(run, name), null, name)
    }))

  test('says so when a file is too large to be opened', () =>
    inReports(async (_reports, run) => {
      truncateSync(join(run, 'run.json'), 300 * 2 ** 20)
      const { code, message } = await refusal(readRunFile(run, 'run.json'))
      assert.is(code, 'RECORD_INVALID')
      assert.match(message, /too large.*300 MiB/)
    }))
})
