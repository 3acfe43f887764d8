/** The state of a rollback, replayed from its journal. */
import type { ProcessIdentity } from '../../model/line.ts'
import type { RollbackRecord, RollbackStepName, TakenStep, UndoneProcedure } from '../../model/rollback.ts'
import type { RollbackBegun, RollbackEntry } from '../../model/rollback-journal.ts'

/** One procedure that was begun. */
export interface UndoState {
  /** Null while its end is not known. */
  readonly ended: UndoneProcedure | null
  /** Processes that the procedure started. */
  readonly children: readonly ProcessIdentity[]
}

export interface RollbackState {
  readonly begun: RollbackBegun
  /** The process that began it, or resumed it last. */
  readonly process: ProcessIdentity
  /** The last end of each step. */
  readonly steps: ReadonlyMap<RollbackStepName, TakenStep>
  /** The step that was begun and did not end; null between steps. */
  readonly step: RollbackStepName | null
  readonly undos: ReadonlyMap<string, UndoState>
  readonly aborted: { readonly by: string; readonly at: string; readonly reason: string } | null
  /** Null when it has not ended since it was begun or resumed. */
  readonly record: RollbackRecord | null
}

/** Replays a journal whose first entry says what it is about; null when that is another. */
export function replayJournal([first, ...entries]: readonly RollbackEntry[]): RollbackState | null {
  if (first?.kind !== 'begun') return null
  const fresh: RollbackState = {
    begun: first,
    process: first.process,
    steps: new Map(),
    step: null,
    undos: new Map(),
    aborted: null,
    record: null,
  }
  return entries.reduce(stateAfter, fresh)
}

function stateAfter(state: RollbackState, entry: RollbackEntry): RollbackState {
  switch (entry.kind) {
    case 'begun':
      return state
    case 'resumed':
      return { ...state, process: entry.process, step: null, record: null }
    case 'step-begun':
      return { ...state, step: entry.step }
    case 'step-ended':
      return { ...state, step: null, steps: new Map(state.steps).set(entry.step.name, entry.step) }
    case 'undo-begun':
      return withUndo(state, entry.procedure, { ended: null, children: [] })
    case 'undo-child':
      return withUndo(state, entry.procedure, {
        ended: null,
        children: [...(state.undos.get(entry.procedure)?.children ?? []), entry.process],
      })
    case 'undo-ended':
      return withUndo(state, entry.procedure.name, { ended: entry.procedure, children: [] })
    case 'aborted':
      return { ...state, aborted: entry }
    case 'ended':
      return { ...state, record: entry.record }
  }
}

function withUndo(state: RollbackState, name: string, undo: UndoState): RollbackState {
  return { ...state, undos: new Map(state.undos).set(name, undo) }
}
