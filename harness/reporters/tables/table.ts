/** A table of a report, as text. */
import type { Demand } from '../../model/demand.ts'

/** Title, column heads, and cells. */
export interface Table {
  readonly title: string
  readonly heads: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** The notes that would make a row too wide: lines below it on a terminal, additional columns elsewhere. */
  readonly notes?: readonly NoteColumn[]
}

/** One text a row, in order; empty for none. */
export interface NoteColumn {
  readonly head: string
  readonly texts: readonly string[]
}

/** The claims of what goes by a name, beside it. */
export function claimNote(demands: readonly Demand[]): NoteColumn {
  return { head: 'claim', texts: demands.map(({ name, expect }) => (name === null ? '' : expect)) }
}
