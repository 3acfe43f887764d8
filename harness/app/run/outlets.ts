/** The ways by which text leaves a run while load goes on; all of it is masked. */
import type { RunJournalEntry } from '../../store/run-journal.ts'
import type { LoadContext } from './load-context.ts'

export interface Outlets {
  /** Lines that were noted, each once: for the record. */
  readonly notes: readonly string[]
  /** Notes a line once: to whoever watches, and in the record. */
  readonly note: (message: string) => void
  /** Appends to the journal. Null, or why it could not be written. */
  readonly journal: (entry: RunJournalEntry) => string | null
}

export function createOutlets({ mask, folder, note }: LoadContext): Outlets {
  const notes: string[] = []
  return {
    notes,
    note(message) {
      const text = mask.text(message)
      if (notes.includes(text)) return
      notes.push(text)
      note(text)
    },
    journal: (entry) => folder.journal(mask.data(entry)),
  }
}
