/** A journal of steps: each line is on the disk before what comes after it is done. */
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import type * as z from 'zod'
import { HarnessError, messageOf } from '../base/errors.ts'
import { readRegularTextSync } from '../system/files.ts'
import { journalLine, readJournal } from './journal.ts'

export interface StepJournal<Entry> {
  /** Returns when the line is on the disk. @throws HarnessError REPORT_UNWRITABLE, the journal left as it was */
  append(entry: Entry): void
  close(): void
}

/** Creates the journal of something that begins. @throws HarnessError REPORT_UNWRITABLE, also when it is there already */
export function createStepJournal<Entry>(file: string): StepJournal<Entry> {
  return openJournal(file, 'ax')
}

/**
 * Reopens the journal of a process that is dead. A line cut off by the kill is removed: the step it announces was not
 * started. @throws HarnessError REPORT_UNWRITABLE
 */
export function reopenStepJournal<Entry>(file: string): StepJournal<Entry> {
  return openJournal(file, 'a+')
}

/** Reads the entries so far. @param hint what to do about damage @throws HarnessError RECORD_NOT_FOUND, JOURNAL_INVALID */
export async function readStepJournal<Entry>(
  file: string,
  schema: z.ZodType<Entry>,
  hint: string,
): Promise<readonly Entry[]> {
  const invalid = (why: string) =>
    new HarnessError('JOURNAL_INVALID', `${file} cannot be used: ${why}`, { hint })
  const { entries, lostLines } = await readJournal(file)
  // Only the last line can be torn by a kill; anything else is damage, after which nobody knows what was done.
  const isTorn = lostLines === 1 && !readRegularTextSync(file).endsWith('\n')
  if (lostLines > 0 && !isTorn) throw invalid(`its last ${lostLines} lines are damaged`)
  return entries.map((entry, index) => {
    const parsed = schema.safeParse(entry)
    if (parsed.success) return parsed.data
    throw invalid(`line ${index + 1} is of another version`)
  })
}

function openJournal<Entry>(file: string, flags: 'a+' | 'ax'): StepJournal<Entry> {
  const descriptor = unlessUnwritable(file, () => openSync(file, flags))
  if (flags === 'a+') unlessUnwritable(file, () => ftruncateSync(descriptor, wholeLinesBytes(file)))
  return {
    append: (entry) => unlessUnwritable(file, () => appendWhole(descriptor, Buffer.from(journalLine(entry)))),
    close: () => closeSync(descriptor),
  }
}

function wholeLinesBytes(file: string): number {
  return readFileSync(file).lastIndexOf('\n') + 1
}

/** The whole line or none of it. */
function appendWhole(descriptor: number, line: Buffer): void {
  const { size } = fstatSync(descriptor)
  const written = writeSync(descriptor, line)
  if (written < line.length) {
    ftruncateSync(descriptor, size)
    throw new Error(`only ${written} of ${line.length} bytes were taken`)
  }
  fsyncSync(descriptor)
}

function unlessUnwritable<T>(file: string, body: () => T): T {
  try {
    return body()
  } catch (cause) {
    throw new HarnessError('REPORT_UNWRITABLE', `${file} cannot be written: ${messageOf(cause)}`, {
      cause,
      hint: 'No step runs before its journal entry is written: free some space, or make the folder writable.',
    })
  }
}
