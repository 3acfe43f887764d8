/** From the file of a qualification to its plan: all of its problems at once, those of its scenarios included. */
import { resolve } from 'node:path'
import { planSchedule, type QualificationSchedule } from '../../analysis/qualification/schedule.ts'
import { HarnessError, messageOf, type Problem } from '../../base/errors.ts'
import type { RunPlan, ScenarioModule } from '../../model/plan.ts'
import type { QualificationRecord } from '../../model/qualification.ts'
import type { QualificationPlan } from '../../model/qualification-plan.ts'
import type { Host } from '../../ports/host.ts'
import { placedOnce, problemCount } from '../../scenario/invalid-scenario.ts'
import { loadScenario } from '../../scenario/load.ts'
import { canonicalJson } from '../../scenario/plan-hash.ts'
import { parseAt } from '../../scenario/problems.ts'
import { resolveQualification, type ScenarioFacts } from '../../scenario/qualification/resolve.ts'
import {
  type QualificationDocument,
  qualificationSchema,
  type WrittenQualifiedActivity,
} from '../../scenario/qualification/schema.ts'
import { kindOf, workOf } from '../../scenario/qualification/work.ts'
import type { FileKind } from '../../scenario/require-file.ts'
import { type LocatePath, readTextFile } from '../../scenario/text-file.ts'
import { isTextScenario } from '../../scenario/text-scenario.ts'
import { pastQualifications } from '../../store/qualification-folder.ts'
import { sha256 } from '../../system/bundle-module.ts'
import { preparePlan } from '../run/prepare.ts'

const PLAN_FILE: FileKind = {
  noun: 'qualification plan',
  notFound: 'QUALIFICATION_NOT_FOUND',
  unreadable: 'QUALIFICATION_INVALID',
  hint: 'Give the path of a YAML, JSON or TypeScript file with stages and activities.',
}
/** Qualifications whose durations tell how long an activity takes. */
const PAST_MAX = 10

export interface LoadedQualification {
  readonly plan: QualificationPlan
  /** The module with the functions of `check`; null for text. */
  readonly module: ScenarioModule | null
  readonly cautions: readonly string[]
  readonly schedule: QualificationSchedule
  /** Those before, the newest first. */
  readonly past: readonly QualificationRecord[]
}

/** @param folderOf the folder of the qualifications of a plan @throws HarnessError QUALIFICATION_NOT_FOUND, QUALIFICATION_INVALID */
export async function loadQualification(
  file: string,
  host: Host,
  folderOf: (plan: string) => string,
): Promise<LoadedQualification> {
  const { document: found, locate, module } = await readPlanFile(file, host)
  const { value: document, problems } = parseAt(qualificationSchema, found, [])
  if (document === null) throw invalid(problems, locate)
  const past = await pastQualifications(folderOf(document.name), PAST_MAX)
  const scenarios = await prepareScenarios(document, host)
  const resolved = resolveQualification(document, {
    file,
    scenarioFacts: (activity) => scenarios.facts.get(activity) ?? null,
    pastMs: (activity) => past.flatMap((record) => durationMsOf(record, activity)),
  })
  if (resolved.plan === null || scenarios.problems.length > 0)
    throw invalid([...resolved.problems, ...scenarios.problems], locate)
  const { plan, cautions } = resolved
  return { plan, module, cautions, schedule: planSchedule(plan), past }
}

async function readPlanFile(
  file: string,
  { cwd }: Pick<Host, 'cwd'>,
): Promise<{ document: unknown; locate: LocatePath | null; module: ScenarioModule | null }> {
  const path = resolve(cwd, file)
  if (isTextScenario(path)) return { ...(await readTextFile(path, PLAN_FILE)), module: null }
  try {
    return await loadScenario(file, cwd)
  } catch (cause) {
    if (!(cause instanceof HarnessError)) throw cause
    const code = cause.code === 'SCENARIO_NOT_FOUND' ? 'QUALIFICATION_NOT_FOUND' : 'QUALIFICATION_INVALID'
    throw new HarnessError(code, cause.message.replace('scenario file', 'qualification plan'), {
      cause,
      problems: cause.problems,
      hint: 'End the file with `export default defineQualification({ ... })`.',
    })
  }
}

function invalid(problems: readonly Problem[], locate: LocatePath | null): HarnessError {
  const placed = placedOnce(problems, locate)
  return new HarnessError('QUALIFICATION_INVALID', `the qualification plan has ${problemCount(placed)}`, {
    problems: placed,
    hint: 'Fix the problems listed: nothing of such a plan is run. Then: proofload qualify PLAN --check.',
  })
}

/** Resolves every scenario that is named, as `proofload check` does. */
async function prepareScenarios(document: QualificationDocument, host: Host) {
  const facts = new Map<string, ScenarioFacts>()
  const problems: Problem[] = []
  for (const [name, written] of Object.entries(document.activities)) {
    const { work } = workOf(name, written)
    if (work === null || !('scenario' in work)) continue
    try {
      // Chance decides nothing about what a plan is.
      const overrides = { seed: 0, ...work.overrides }
      const { plan, scenarioHash } = await preparePlan(work.scenario, overrides, host)
      facts.set(name, factsOf(plan, scenarioHash))
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error
      problems.push(...scenarioProblems(name, written, error))
    }
  }
  return { facts, problems }
}

function factsOf(plan: RunPlan, scenarioHash: string | null): ScenarioFacts {
  const items = plan.objectives
    .filter(({ builtIn }) => !builtIn)
    .map(({ id, name, expect }) => ({ id, label: name === null ? expect : `${name}: ${expect}` }))
  const { durationMs, secrets } = plan
  return { durationMs, secrets, items, hash: sha256(canonicalJson([plan, scenarioHash])) }
}

function scenarioProblems(name: string, written: WrittenQualifiedActivity, error: HarnessError): Problem[] {
  const path = `activities.${name}.${kindOf(written)}`
  if (error.problems.length === 0) return [{ path, message: messageOf(error) }]
  return error.problems.map((problem) => ({
    ...problem,
    path,
    message: `${problem.path}: ${problem.message}`,
  }))
}

function durationMsOf({ activities }: QualificationRecord, name: string): number[] {
  const found = activities.find((activity) => activity.name === name)
  if (found === undefined || found.startMs === null || found.endMs === null || found.outcome !== 'passed')
    return []
  return found.reusedFrom === null ? [found.endMs - found.startMs] : []
}
