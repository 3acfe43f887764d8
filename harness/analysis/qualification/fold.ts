/** The state of a qualification: what the entries of its journal add up to, however often its process was killed in between. */
import { invariant } from '../../base/errors.ts'
import type { ProcessIdentity } from '../../model/line.ts'
import type { HumanDecision, QualificationPart, QualificationUndo } from '../../model/qualification.ts'
import type {
  ActivityResult,
  DECISIONS,
  QualificationEntry,
  QualificationWish,
} from '../../model/qualification-journal.ts'
import type { ActivityPlan, QualificationPlan } from '../../model/qualification-plan.ts'

export interface ActivityState {
  /** held: its process died while it ran, and it may not be made again unless somebody says so. */
  readonly status: 'waiting' | 'running' | 'held' | 'ended'
  /** Attempts that were started. */
  readonly attempt: number
  readonly startedAt: string | null
  readonly endedAt: string | null
  readonly runId: string | null
  /** The run or search of the same work and inputs that was under way when its process ended. */
  readonly cutOff: string | null
  readonly inputs: readonly QualificationPart[]
  readonly result: ActivityResult | null
  readonly decision: (HumanDecision & { readonly kind: (typeof DECISIONS)[number] }) | null
  /** The process of a command. */
  readonly child: ProcessIdentity | null
  /** Load that ran at the same time. */
  readonly overlapped: readonly string[]
  readonly undo: QualificationUndo | null
  /** An undo was begun, and its end is not known. */
  readonly isUndoOpen: boolean
}

export interface QualificationState {
  readonly qualificationId: string
  readonly startedAt: string
  readonly plan: QualificationPlan
  readonly wish: QualificationWish
  readonly resumes: number
  readonly activities: ReadonlyMap<string, ActivityState>
  /** Names in the order in which they last ended. */
  readonly ended: readonly string[]
}

/** An activity that nothing was done about. */
export const UNTOUCHED: ActivityState = {
  status: 'waiting',
  attempt: 0,
  startedAt: null,
  endedAt: null,
  runId: null,
  cutOff: null,
  inputs: [],
  result: null,
  decision: null,
  child: null,
  overlapped: [],
  undo: null,
  isUndoOpen: false,
}

/** It runs again, and may be undone again. */
const REOPENED = {
  status: 'waiting',
  result: null,
  endedAt: null,
  cutOff: null,
  decision: null,
  undo: null,
  isUndoOpen: false,
} as const

const UNDO_CUT_OFF: QualificationUndo = {
  command: '',
  outcome: 'failed',
  message: 'its process ended while it was undone: nobody knows how far it came',
  startedAt: null,
  endedAt: null,
}

type Begun = Extract<QualificationEntry, { kind: 'begun' }>

/** Adds up a journal; its first entry begins it. */
export function foldQualification(entries: readonly QualificationEntry[]): QualificationState {
  const [begun, ...rest] = entries
  invariant(begun?.kind === 'begun', 'the journal of a qualification begins with its plan')
  return rest.reduce(withEntry, begunState(begun))
}

function begunState({ qualificationId, at, plan, wish }: Begun): QualificationState {
  return {
    qualificationId,
    startedAt: at,
    plan,
    wish,
    resumes: 0,
    activities: new Map(plan.activities.map(({ name }) => [name, UNTOUCHED])),
    ended: [],
  }
}

/** The state after one more entry. */
export function withEntry(state: QualificationState, entry: QualificationEntry): QualificationState {
  switch (entry.kind) {
    case 'begun':
    case 'judged':
    case 'finished':
      return state
    case 'resumed':
      return resumed(state, entry)
    case 'child':
      return changed(state, entry.activity, { child: entry.process })
    case 'reopened':
      return {
        ...changed(state, entry.activity, REOPENED),
        ended: state.ended.filter((name) => name !== entry.activity),
      }
    case 'started':
      return started(state, entry)
    case 'run':
      return changed(state, entry.activity, { runId: entry.runId })
    case 'ended':
      return {
        ...changed(state, entry.activity, {
          ...{ status: 'ended', endedAt: entry.at, result: entry.result, cutOff: null },
        }),
        ended: [...state.ended.filter((name) => name !== entry.activity), entry.activity],
      }
    case 'decided':
      return decided(state, entry)
    case 'undo-started':
      return changed(state, entry.activity, { isUndoOpen: true })
    case 'undo-ended':
      return changed(state, entry.activity, { isUndoOpen: false, undo: entry.undo })
  }
}

/** Lets run again, where it may, whatever ran when the process died or was cancelled by people. */
function resumed(
  state: QualificationState,
  { plan, wish }: Extract<QualificationEntry, { kind: 'resumed' }>,
): QualificationState {
  const activities = new Map(
    plan.activities.map((activity) => {
      const before = state.activities.get(activity.name) ?? UNTOUCHED
      const planned = state.plan.activities.find(({ name }) => name === activity.name)
      const isSame = planned?.fingerprint === activity.fingerprint
      return [activity.name, atResume(before, activity, isSame)] as const
    }),
  )
  const ended = state.ended.filter((name) => activities.get(name)?.status === 'ended')
  return { ...state, plan, wish, resumes: state.resumes + 1, activities, ended }
}

/** @param isSame its work is what it was */
function atResume(
  before: ActivityState,
  { kind, isIdempotent }: ActivityPlan,
  isSame: boolean,
): ActivityState {
  // Nobody knows what was undone.
  const undo: QualificationUndo | null = before.isUndoOpen ? UNDO_CUT_OFF : before.undo
  const cutOff = isSame ? before.cutOff : null
  const known = { ...before, cutOff, undo, isUndoOpen: false }
  const isCut = before.status === 'running' || before.result?.outcome === 'cancelled'
  if (!isCut) return known
  const isHeld = kind === 'command' && !isIdempotent
  return {
    ...known,
    status: isHeld ? 'held' : 'waiting',
    cutOff: isSame ? (before.runId ?? before.cutOff) : null,
    result: null,
    endedAt: null,
  }
}

function started(
  state: QualificationState,
  { activity, at, attempt, inputs }: Extract<QualificationEntry, { kind: 'started' }>,
): QualificationState {
  const running = state.plan.activities.filter(
    ({ name, isLoad }) => isLoad && state.activities.get(name)?.status === 'running',
  )
  const isLoad = state.plan.activities.some(({ name, isLoad }) => name === activity && isLoad)
  const beside = isLoad ? running.map(({ name }) => name) : []
  const before = state.activities.get(activity) ?? UNTOUCHED
  const cutOff = JSON.stringify(before.inputs) === JSON.stringify(inputs) ? before.cutOff : null
  const begun = changed(state, activity, {
    status: 'running',
    attempt,
    startedAt: at,
    endedAt: null,
    runId: null,
    cutOff,
    inputs,
    result: null,
    overlapped: beside,
  })
  return beside.reduce((all, name) => {
    const overlapped = all.activities.get(name)?.overlapped ?? []
    return changed(all, name, { overlapped: [...new Set([...overlapped, activity])] })
  }, begun)
}

function decided(
  state: QualificationState,
  { activity, decision, by, at, comment }: Extract<QualificationEntry, { kind: 'decided' }>,
): QualificationState {
  const before = state.activities.get(activity)
  const isReleased = decision === 'retried' && before?.status === 'held'
  return changed(state, activity, {
    ...(isReleased ? { status: 'waiting' } : {}),
    decision: { kind: decision, by, at, comment },
  })
}

function changed(
  state: QualificationState,
  name: string,
  changes: Partial<ActivityState>,
): QualificationState {
  const before = state.activities.get(name)
  invariant(before !== undefined, `'${name}' is an activity of the qualification`)
  return { ...state, activities: new Map(state.activities).set(name, { ...before, ...changes }) }
}
