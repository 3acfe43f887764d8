/**
 * The journal of a run: one line `{"sum": ..., "entry": ...}` an interval, appended while load runs, so that a run whose
 * process is killed can be recovered. `sum` is the first 16 hex digits of the SHA-256 of the entry's JSON.
 */
import { createHash } from 'node:crypto'
import { HarnessError, messageOf } from '../base/errors.ts'
import { readRegularText } from '../base/files.ts'

export const JOURNAL_FILE = 'journal.ndjson'
const LINE = /^\{"sum":"([0-9a-f]{16})","entry":(.*)\}$/

/** One entry as it is appended. */
export function journalLine(entry: unknown): string {
  const text = JSON.stringify(entry)
  return `{"sum":"${sumOf(text)}","entry":${text}}\n`
}

/** What a journal holds, up to the first line that is not whole. */
export interface ReadJournal {
  readonly entries: readonly unknown[]
  /** Lines that are torn or damaged, and what follows them. */
  readonly lostLines: number
}

/** @throws HarnessError RECORD_NOT_FOUND */
export async function readJournal(file: string): Promise<ReadJournal> {
  let text: string
  try {
    text = await readRegularText(file)
  } catch (cause) {
    throw new HarnessError('RECORD_NOT_FOUND', `there is no journal: ${messageOf(cause)}`, {
      cause,
      hint: 'Give the folder of a run, reports/<scenario>/<runId>.',
    })
  }
  const lines = text.split('\n').filter((line) => line !== '')
  const damaged = lines.findIndex((line) => entryText(line) === null)
  const whole = damaged === -1 ? lines : lines.slice(0, damaged)
  return {
    entries: whole.map((line) => JSON.parse(entryText(line) ?? 'null')),
    lostLines: lines.length - whole.length,
  }
}

/** The entry of a line as JSON; null when the line is torn or its sum is another. */
function entryText(line: string): string | null {
  const [, sum, text = ''] = LINE.exec(line) ?? []
  return sum !== undefined && sum === sumOf(text) ? text : null
}

function sumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
