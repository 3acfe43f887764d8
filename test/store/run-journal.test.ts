import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { JOURNAL_FILE, journalLine } from '../../harness/store/journal.ts'
import { packEntry, type RunJournalEntry, walkRunJournal } from '../../harness/store/run-journal.ts'
import { aRecord } from '../kit/builders.ts'
import { aSnapshot, NO_RESOURCES } from '../kit/live-intervals.ts'
import { failureOf } from '../kit/rollback.ts'
import { withScratch } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'

const { startedAt, ...identity } = aRecord({ okMs: [10] })
const START: RunJournalEntry = {
  kind: 'start',
  startedAt,
  identity,
  process: { pid: 1, host: 'elsewhere', startTicks: null },
}
const INTERVAL = {
  kind: 'interval' as const,
  snapshots: [aSnapshot(0, { okMs: [10, 20, 20] }), { ...aSnapshot(0, { okMs: [7] }), shard: 1 }],
  phase: 'steady',
  used: NO_RESOURCES,
}

const write = (folder: string, entries: readonly unknown[]) =>
  appendFileSync(join(folder, JOURNAL_FILE), entries.map(journalLine).join(''))

describe('The journal of a run', (test) => {
  test('gives back its intervals as they were, though their counts are packed', () =>
    withScratch(async (folder) => {
      write(folder, [START, INTERVAL].map(packEntry))
      const read: RunJournalEntry[] = []

      await walkRunJournal(folder, (entry) => read.push(entry))

      assert.equal(
        read.map(({ kind }) => kind),
        ['start', 'interval'],
      )
      assert.equal(read[1], INTERVAL)
      assert.not.match(readFileSync(join(folder, JOURNAL_FILE), 'utf8'), '"counts":[')
    }))

  test('with an entry that is none of a run is refused, with its number and what is wrong', () =>
    withScratch(async (folder) => {
      const { snapshots: _, ...torn } = INTERVAL
      write(folder, [packEntry(START), torn])

      const { code, message } = await failureOf(walkRunJournal(folder, () => undefined))

      assert.is(code, 'JOURNAL_INVALID')
      assert.match(message, /entry 2: .*\n.*at snapshots$/)
    }))

  test('with counts outside the layout is refused', () =>
    withScratch(async (folder) => {
      const snapshot = aSnapshot(0, { okMs: [10] })
      const cells = snapshot.cells.map((cell) => ({ ...cell, counts: [99_999, 1] }))
      write(folder, [packEntry({ ...INTERVAL, snapshots: [{ ...snapshot, cells }] })])

      const { message } = await failureOf(walkRunJournal(folder, () => undefined))

      assert.match(message, 'these are no packed counts')
    }))
})
