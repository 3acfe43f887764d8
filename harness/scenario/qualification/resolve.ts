/** From a document to a plan, or to everything that makes it impossible. Pure: what scenarios are is handed in. */
import { createHash } from 'node:crypto'
import { dependenciesOf } from '../../analysis/qualification/schedule.ts'
import type { Problem } from '../../base/errors.ts'
import { lookUp } from '../../base/names.ts'
import { parseDurationMs, parseRatio } from '../../base/units.ts'
import type { ActivityKind } from '../../model/qualification.ts'
import {
  type ActivityPlan,
  type ActivityWork,
  type ItemPlan,
  LOAD_RESOURCES,
  type MockPlan,
  type QualificationPlan,
} from '../../model/qualification-plan.ts'
import { canonicalJson } from '../plan-hash.ts'
import {
  budgetProblems,
  cycleProblems,
  emptyStages,
  resourceProblems,
  stagesWithoutCore,
} from './plan-problems.ts'
import {
  inputsOf,
  nameProblems,
  type OutputsByActivity,
  outputsOf,
  stageOrderProblems,
  writerProblems,
} from './references.ts'
import type { QualificationDocument, WrittenQualifiedActivity } from './schema.ts'
import { kindOf, whatOf, workOf } from './work.ts'

/** The facts of a scenario before it is run. */
export interface ScenarioFacts {
  readonly durationMs: number
  /** The objectives that its author stated. */
  readonly items: readonly ItemPlan[]
  readonly hash: string
  /** Names. */
  readonly secrets: readonly string[]
}

/** The facts that the plan itself does not say. */
export interface ResolveAround {
  readonly file: string
  /** Null: the scenario cannot be resolved, which is a problem already. */
  scenarioFacts(activity: string): ScenarioFacts | null
  /** The times that an activity took before, ms. */
  pastMs(activity: string): readonly number[]
}

export interface ResolvedQualification {
  /** Null: there are problems. */
  readonly plan: QualificationPlan | null
  readonly problems: readonly Problem[]
  /** Doubts about a plan that may run. */
  readonly cautions: readonly string[]
}

/** Until a target answers, and after the load until reports are written. */
const LAUNCH_MS = 2_000
const LOAD_KINDS: readonly ActivityKind[] = ['run', 'capacity', 'triage']
const TIMEOUT_MS: Readonly<Record<ActivityKind, number>> = {
  run: 86_400_000,
  capacity: 86_400_000,
  triage: 86_400_000,
  command: 600_000,
  check: 60_000,
  approval: 86_400_000,
  visual: 60_000,
}

/** Resolves a document that fits the schema. */
export function resolveQualification(
  document: QualificationDocument,
  around: ResolveAround,
): ResolvedQualification {
  const entries = Object.entries(document.activities)
  const outputs: OutputsByActivity = new Map(
    entries.map(([name, written]) => [name, outputsOf(kindOf(written), written)]),
  )
  const resolved = entries.map(([name, written]) => activityOf(name, written, { document, outputs, around }))
  const problems = [
    ...nameProblems(document),
    ...resolved.flatMap((each) => each.problems),
    ...writerProblems(outputs),
    ...stageOrderProblems(entries, document),
    ...emptyStages(document),
  ]
  const activities = resolved.flatMap(({ plan }) => plan ?? [])
  const plan = { ...frameOf(document, around.file), activities, secrets: secretsOf(activities, around) }
  if (problems.length > 0)
    return { plan: null, problems: [...problems, ...cycleProblems(plan)], cautions: [] }
  const impossible = [...cycleProblems(plan), ...resourceProblems(plan)]
  if (impossible.length > 0) return { plan: null, problems: impossible, cautions: [] }
  const late = budgetProblems(plan)
  return late.length > 0
    ? { plan: null, problems: late, cautions: [] }
    : { plan: { ...plan, hash: hashOf(plan) }, problems: [], cautions: stagesWithoutCore(plan) }
}

function secretsOf(activities: readonly ActivityPlan[], around: ResolveAround): string[] {
  const names = activities.flatMap(({ name, work }) =>
    work.kind === 'command' ? work.env : (around.scenarioFacts(name)?.secrets ?? []),
  )
  return [...new Set(names)].toSorted()
}

function frameOf(
  document: QualificationDocument,
  file: string,
): Omit<QualificationPlan, 'activities' | 'secrets'> {
  const { name, stages, resources, budget, stopOnCore, proceedOnInconclusive } = document
  return {
    name,
    file,
    hash: '',
    stages: Object.entries(stages).map(([stage, { needs, passRatio }]) => ({
      name: stage,
      needs,
      passRatio: parseRatio(passRatio),
    })),
    resources: { generator: 1, target: 1, ...resources },
    budgetMs: budget === undefined ? null : parseDurationMs(budget),
    stopOnCore,
    proceedOnInconclusive,
  }
}

interface Around {
  readonly document: QualificationDocument
  readonly outputs: OutputsByActivity
  readonly around: ResolveAround
}

function activityOf(
  name: string,
  written: WrittenQualifiedActivity,
  { document, outputs, around }: Around,
): { readonly plan: ActivityPlan | null; readonly problems: readonly Problem[] } {
  const kind = kindOf(written)
  const { work, problems: unfit } = workOf(name, written)
  const { inputs, problems: unmet } = inputsOf(name, written, outputs)
  const problems = [...unfit, ...unmet]
  if (work === null) return { plan: null, problems }
  const { stage, role, weight, retry: retries, idempotent: isIdempotent, undo = null } = written
  const facts = LOAD_KINDS.includes(kind) ? around.scenarioFacts(name) : null
  const timeoutMs = written.timeout === undefined ? TIMEOUT_MS[kind] : parseDurationMs(written.timeout)
  const mock = mockOf(work, lookUp(document.mocks, name))
  const [own, needs] = [
    outputs.get(name) ?? [],
    new Set([...written.needs, ...inputs.map((each) => each.activity)]),
  ]
  const plan = {
    ...{ name, stage, role, kind, what: whatOf(work), work, needs: [...needs], inputs, outputs: own },
    ...occupation(kind, written),
    expectedMs: expectedMsOf(work, written, { facts, timeoutMs, pastMs: around.pastMs(name) }),
    timeoutMs,
    weight,
    items:
      kind === 'run' && facts !== null && facts.items.length > 0
        ? facts.items
        : [{ id: name, label: whatOf(work) }],
    retries,
    reuseMs: written.reuse === undefined ? null : parseDurationMs(written.reuse),
    ...{ isIdempotent, undo, mock },
  }
  const fingerprint = sha256([work, inputs, own, mock, facts?.hash ?? null])
  return { plan: { ...plan, fingerprint }, problems }
}

/** The resources that an activity holds while it runs. */
function occupation(
  kind: ActivityKind,
  { exclusive, generator, uses }: WrittenQualifiedActivity,
): Pick<ActivityPlan, 'takes' | 'isLoad' | 'isShared'> {
  const isLoad = LOAD_KINDS.includes(kind)
  const isShared = isLoad && exclusive === 'none'
  const all = isLoad && !isShared ? LOAD_RESOURCES : []
  const chosen = exclusive === 'generator' || exclusive === 'target' ? [exclusive] : []
  const tokens = Object.fromEntries([...all, ...chosen].map((resource) => [resource, 1]))
  const takes = { ...tokens, ...(generator === undefined ? {} : { generator }), ...uses }
  return {
    isLoad,
    isShared,
    takes: Object.fromEntries(Object.entries(takes).filter(([, amount]) => amount > 0)),
  }
}

function expectedMsOf(
  work: ActivityWork,
  { expect }: WrittenQualifiedActivity,
  { facts, timeoutMs, pastMs }: { facts: ScenarioFacts | null; timeoutMs: number; pastMs: readonly number[] },
): number {
  if (expect !== undefined) return Math.round(parseDurationMs(expect))
  const runMs = (facts?.durationMs ?? 0) + LAUNCH_MS
  if (work.kind === 'run') return Math.round(runMs)
  if (work.kind === 'triage') return Math.round(work.repeats * runMs)
  const sorted = pastMs.toSorted((a, b) => a - b)
  const median = sorted[Math.floor(sorted.length / 2)]
  if (median !== undefined) return Math.round(median)
  return Math.round(work.kind === 'capacity' ? (work.budgetMs ?? timeoutMs) : timeoutMs)
}

function mockOf(
  work: ActivityWork,
  written: QualificationDocument['mocks'][string] | undefined,
): MockPlan | null {
  if (written === undefined) return null
  if (typeof written === 'string') return { by: written, work: null }
  const { by, run, command } = written
  if (run !== undefined && 'scenario' in work) return { by, work: { ...work, scenario: run } }
  if (command !== undefined && work.kind === 'command') return { by, work: { ...work, argv: command } }
  return { by, work: null }
}

function hashOf(plan: QualificationPlan): string {
  const activities = plan.activities.map(({ expectedMs: _expectedMs, ...rest }) => rest)
  return sha256([{ ...plan, file: null, activities }, dependenciesOf(plan)])
}

function sha256(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}
