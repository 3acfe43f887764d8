import fc from 'fast-check'
import { foldQualification, type QualificationState } from '../../harness/analysis/qualification/fold.ts'
import type { QualificationItem } from '../../harness/model/qualification.ts'
import type { ActivityResult, QualificationEntry } from '../../harness/model/qualification-journal.ts'
import type { ActivityPlan, QualificationPlan, StagePlan } from '../../harness/model/qualification-plan.ts'

/** A command of one second that is the core of the stage `one`. */
export function anActivityPlan(changes: Partial<ActivityPlan> & { readonly name: string }): ActivityPlan {
  const { name } = changes
  return {
    stage: 'one',
    role: 'core',
    kind: 'command',
    what: 'true',
    work: { kind: 'command', argv: ['true'], env: [] },
    needs: [],
    inputs: [],
    outputs: [],
    takes: {},
    isLoad: false,
    isShared: false,
    expectedMs: 1_000,
    timeoutMs: 60_000,
    weight: 1,
    items: [{ id: name, label: name }],
    retries: 0,
    reuseMs: null,
    isIdempotent: false,
    undo: null,
    mock: null,
    fingerprint: name,
    ...changes,
  }
}

/** Load that has generator and target to itself. */
export function aLoadPlan(changes: Partial<ActivityPlan> & { readonly name: string }): ActivityPlan {
  return anActivityPlan({ isLoad: true, takes: { generator: 1, target: 1 }, ...changes })
}

export function aQualificationPlan(
  activities: readonly ActivityPlan[],
  changes: Partial<QualificationPlan> = {},
): QualificationPlan {
  const names = [...new Set(activities.map(({ stage }) => stage))]
  const stages = names.map((name): StagePlan => ({ name, needs: [], passRatio: 0.75 }))
  return {
    name: 'plan',
    file: 'plan.yaml',
    hash: 'hash',
    stages,
    activities,
    resources: { generator: 1, target: 1 },
    budgetMs: null,
    stopOnCore: false,
    proceedOnInconclusive: false,
    secrets: [],
    ...changes,
  }
}

export const EVERYTHING = { strict: false, only: null, partial: null, noMocks: false } as const

export function begunEntry(plan: QualificationPlan): QualificationEntry {
  return {
    kind: 'begun',
    schemaVersion: 1,
    at: '2026-11-21T09:30:05.000Z',
    qualificationId: 'qualify-1',
    process: { pid: 1, host: 'here', startTicks: null },
    wish: EVERYTHING,
    plan,
  }
}

export function resumedEntry(plan: QualificationPlan): QualificationEntry {
  const process = { pid: 2, host: 'here', startTicks: null }
  return { kind: 'resumed', at: '2026-11-21T09:30:07.000Z', process, wish: EVERYTHING, plan }
}

/** The end of an activity whose items all have its outcome, unless others are given. */
export function aResult(
  { items, weight }: ActivityPlan,
  outcome: ActivityResult['outcome'],
  outcomes: readonly QualificationItem['outcome'][] = [],
): ActivityResult {
  return {
    outcome,
    reasons: outcome === 'passed' ? [] : [{ code: 'SAID', message: `it was ${outcome}` }],
    items: items.map(({ id, label }, i) => ({
      ...{ id, label, weight, message: '', measured: null },
      outcome: outcomes[i] ?? outcome,
    })),
    risks: [],
    runId: null,
    files: {},
    outputs: [],
    mocked: null,
    reusedFrom: null,
  }
}

/** The state in which activities have ended, in this order; those without an outcome did not start. */
export function stateAfter(
  plan: QualificationPlan,
  results: Readonly<Record<string, ActivityResult>>,
): QualificationState {
  const at = '2026-11-21T09:30:06.000Z'
  return foldQualification([
    begunEntry(plan),
    ...Object.entries(results).flatMap(([activity, result]): QualificationEntry[] => [
      { kind: 'started', at, activity, attempt: 1, inputs: [] },
      { kind: 'ended', at, activity, attempt: 1, result },
    ]),
  ])
}

/** Any plan of one stage without cycles; every third activity is load. */
export function anyQualificationPlan(activitiesMax: number): fc.Arbitrary<QualificationPlan> {
  const drawn = fc.record({
    expectedMs: fc.integer({ min: 1, max: 50 }),
    role: fc.constantFrom('core', 'handler', 'validation'),
    isLoad: fc.boolean(),
    isShared: fc.boolean(),
    licence: fc.integer({ min: 0, max: 2 }),
    needs: fc.array(fc.nat(), { maxLength: 3 }),
  })
  return fc.array(drawn, { minLength: 1, maxLength: activitiesMax }).map((all) =>
    aQualificationPlan(
      all.map(({ needs, licence, isLoad, isShared, ...rest }, i) => {
        const earlier = i === 0 ? [] : [...new Set(needs.map((need) => `a${need % i}`))]
        const tokens = isLoad && !isShared ? { generator: 1, target: 1 } : {}
        const takes = licence === 0 ? tokens : { ...tokens, licence }
        return anActivityPlan({
          ...rest,
          ...{ name: `a${i}`, needs: earlier, isLoad, isShared: isLoad && isShared, takes },
        } as Partial<ActivityPlan> & { name: string })
      }),
      { resources: { generator: 1, target: 1, licence: 2 } },
    ),
  )
}
