import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import {
  createRollbackJournal,
  ROLLBACK_JOURNAL_FILE,
  readRollbackJournal,
  reopenRollbackJournal,
} from '../../../harness/app/rollback/journal.ts'
import { HarnessError } from '../../../harness/base/errors.ts'
import { journalLine } from '../../../harness/store/journal.ts'
import { leaveJournal, stepBegun, undoBegun } from '../../kit/killed-rollback.ts'
import { withScratch } from '../../kit/sandbox.ts'
import { describe } from '../../kit/suite.ts'

async function codeOf(body: () => unknown): Promise<string> {
  try {
    await body()
  } catch (error) {
    return error instanceof HarnessError ? error.code : String(error)
  }
  return 'none'
}

describe('The journal of a rollback', (test) => {
  test('gives back what was appended, across processes', () =>
    withScratch(async (folder) => {
      const begun = await leaveJournal(folder, [stepBegun('freeze')])
      const journal = reopenRollbackJournal(folder)
      journal.append(undoBegun())
      journal.close()

      assert.equal(await readRollbackJournal(folder), [begun, stepBegun('freeze'), undoBegun()])
    }))

  test('is begun once a run', () =>
    withScratch(async (folder) => {
      createRollbackJournal(folder).close()
      assert.is(await codeOf(() => createRollbackJournal(folder)), 'REPORT_UNWRITABLE')
    }))

  test('passes over a line that was being written when the process was killed, and cuts it off before it goes on', () =>
    withScratch(async (folder) => {
      const begun = await leaveJournal(folder, [])
      appendFileSync(join(folder, ROLLBACK_JOURNAL_FILE), journalLine(undoBegun()).slice(0, 40))
      assert.equal(await readRollbackJournal(folder), [begun])

      const journal = reopenRollbackJournal(folder)
      journal.append(stepBegun('verify'))
      journal.close()
      assert.equal(await readRollbackJournal(folder), [begun, stepBegun('verify')])
    }))

  test('that is damaged tells nobody what was done: it is not used', () =>
    withScratch(async (folder) => {
      await leaveJournal(folder, [undoBegun(), stepBegun('verify')])
      const file = join(folder, ROLLBACK_JOURNAL_FILE)
      const text = readFileSync(file, 'utf8')
      writeFileSync(file, text.replace('undo-begun', 'undo-ended'))
      assert.is(await codeOf(() => readRollbackJournal(folder)), 'JOURNAL_INVALID')
      writeFileSync(file, text.replace('"verify"', '"freeze"'))
      assert.is(await codeOf(() => readRollbackJournal(folder)), 'JOURNAL_INVALID')
      writeFileSync(file, `${text}${journalLine({ kind: 'of another version' })}`)
      assert.is(await codeOf(() => readRollbackJournal(folder)), 'JOURNAL_INVALID')
    }))

  test('that is not there is another matter', () =>
    withScratch(async (folder) => {
      assert.is(await codeOf(() => readRollbackJournal(folder)), 'ROLLBACK_NOT_FOUND')
      assert.is(await codeOf(() => reopenRollbackJournal(join(folder, 'absent'))), 'REPORT_UNWRITABLE')
    }))
})
