/**
 * The journal of a run: one line `{"sum": ..., "entry": ...}` an interval, appended while load runs, so that a run whose
 * process is killed can be recovered. `sum` is the first 16 hex digits of the SHA-256 of the entry's JSON.
 */
import { createHash } from 'node:crypto'
import { HarnessError, messageOf } from '../base/errors.ts'
import { readRegularLines } from '../system/files.ts'

export const JOURNAL_FILE = 'journal.ndjson'
const LINE = /^\{"sum":"([0-9a-f]{16})","entry":(.*)\}$/

/** One entry as it is appended. */
export function journalLine(entry: unknown): string {
  const text = JSON.stringify(entry)
  return `{"sum":"${sumOf(text)}","entry":${text}}\n`
}

/** The content of a journal, up to the first incomplete line. */
export interface ReadJournal {
  readonly entries: readonly unknown[]
  /** Lines that are torn or damaged, and what follows them. */
  readonly lostLines: number
}

/** A journal that is short enough to be held whole. @throws HarnessError RECORD_NOT_FOUND */
export async function readJournal(file: string): Promise<ReadJournal> {
  const entries: unknown[] = []
  const lostLines = await walkJournal(file, (entry) => entries.push(entry))
  return { entries, lostLines }
}

/**
 * Goes through a journal of any length, entry by entry, up to the first line that is not whole; resolves to the number of
 * lines from there on. @throws HarnessError RECORD_NOT_FOUND, and what `onEntry` throws
 */
export async function walkJournal(file: string, onEntry: (entry: unknown) => void): Promise<number> {
  const lines = readRegularLines(file)
  let lostLines = 0
  for (let next = await nextLine(lines); next !== null; next = await nextLine(lines)) {
    if (next.length === 0) continue
    const text = lostLines === 0 ? entryText(next.toString('utf8')) : null
    if (text === null) lostLines++
    else onEntry(JSON.parse(text))
  }
  return lostLines
}

/** Null at the end. */
async function nextLine(lines: AsyncGenerator<Buffer>): Promise<Buffer | null> {
  try {
    const { value, done } = await lines.next()
    return done ? null : value
  } catch (cause) {
    throw new HarnessError('RECORD_NOT_FOUND', `there is no journal: ${messageOf(cause)}`, {
      cause,
      hint: 'Give the folder of a run, reports/<scenario>/<runId>.',
    })
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
