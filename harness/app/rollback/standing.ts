/** Where a rollback stands, as its journal tells it. */
import type { ProcessIdentity } from '../../model/line.ts'
import type { RollbackRecord, RollbackStepName, TakenStep, UndoneProcedure } from '../../model/rollback.ts'
import type { RollbackBegun, RollbackEntry } from '../../model/rollback-journal.ts'

/** One procedure that was begun. */
export interface UndoStanding {
  /** Null while its end is not known. */
  readonly ended: UndoneProcedure | null
  /** Processes that it started. */
  readonly children: readonly ProcessIdentity[]
}

export interface RollbackStanding {
  readonly begun: RollbackBegun
  /** Who began it, or resumed it last. */
  readonly process: ProcessIdentity
  /** How each step ended last. */
  readonly steps: ReadonlyMap<RollbackStepName, TakenStep>
  /** The step that was begun and did not end; null between steps. */
  readonly step: RollbackStepName | null
  readonly undos: ReadonlyMap<string, UndoStanding>
  readonly aborted: { readonly by: string; readonly at: string; readonly reason: string } | null
  /** Null when it has not ended since it was begun or resumed. */
  readonly record: RollbackRecord | null
}

/** The first entry says what it is about; null when it is another. */
export function standingOf([first, ...entries]: readonly RollbackEntry[]): RollbackStanding | null {
  if (first?.kind !== 'begun') return null
  const fresh: RollbackStanding = {
    begun: first,
    process: first.process,
    steps: new Map(),
    step: null,
    undos: new Map(),
    aborted: null,
    record: null,
  }
  return entries.reduce(after, fresh)
}

function after(standing: RollbackStanding, entry: RollbackEntry): RollbackStanding {
  switch (entry.kind) {
    case 'begun':
      return standing
    case 'resumed':
      return { ...standing, process: entry.process, step: null, record: null }
    case 'step-begun':
      return { ...standing, step: entry.step }
    case 'step-ended':
      return { ...standing, step: null, steps: new Map(standing.steps).set(entry.step.name, entry.step) }
    case 'undo-begun':
      return withUndo(standing, entry.procedure, { ended: null, children: [] })
    case 'undo-child':
      return withUndo(standing, entry.procedure, {
        ended: null,
        children: [...(standing.undos.get(entry.procedure)?.children ?? []), entry.process],
      })
    case 'undo-ended':
      return withUndo(standing, entry.procedure.name, { ended: entry.procedure, children: [] })
    case 'aborted':
      return { ...standing, aborted: entry }
    case 'ended':
      return { ...standing, record: entry.record }
  }
}

function withUndo(standing: RollbackStanding, name: string, undo: UndoStanding): RollbackStanding {
  return { ...standing, undos: new Map(standing.undos).set(name, undo) }
}
