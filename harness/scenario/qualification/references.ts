/** Names in a qualification plan: stages, activities, and the outputs that inputs are. */
import { posix } from 'node:path'
import type { Problem } from '../../base/errors.ts'
import { lookUp } from '../../base/names.ts'
import type { ActivityKind } from '../../model/qualification.ts'
import type { InputPlan, OutputPlan } from '../../model/qualification-plan.ts'
import { pathText, unknownName } from '../problems.ts'
import type { QualificationDocument, WrittenQualifiedActivity } from './schema.ts'

/** Values that an activity of a kind has, besides files. */
export const VALUES: Readonly<Record<ActivityKind, readonly string[]>> = {
  run: ['report', 'record', 'outcome', 'runId', 'summary.p50', 'summary.p95', 'summary.p99', 'summary.rate'],
  capacity: ['report', 'record', 'safe', 'median'],
  triage: ['outcome'],
  visual: [],
  command: [],
  check: [],
  approval: [],
}

type Activities = readonly (readonly [name: string, activity: WrittenQualifiedActivity])[]

/** The outputs of an activity: a known value, else a file. `run.summary.p99` may be written for `summary.p99`. */
export function outputsOf(kind: ActivityKind, { outputs }: WrittenQualifiedActivity): OutputPlan[] {
  const entries = Array.isArray(outputs) ? outputs.map((text) => [text, text]) : Object.entries(outputs)
  return entries.map(([name = '', text = '']): OutputPlan => {
    const value = text.startsWith(`${kind}.`) ? text.slice(kind.length + 1) : text
    return VALUES[kind].includes(value)
      ? { name, kind: 'value', value }
      : { name, kind: 'file', file: posix.normalize(text) }
  })
}

/** The inputs of an activity; what is not `activity.output` is left out, and is a problem. */
export function inputsOf(name: string, { inputs }: WrittenQualifiedActivity, all: OutputsByActivity) {
  const found: InputPlan[] = []
  const problems: Problem[] = []
  for (const [input, reference] of Object.entries(inputs)) {
    const path = ['activities', name, 'inputs', input]
    const dot = reference.indexOf('.')
    const [activity, output] = [reference.slice(0, Math.max(0, dot)), reference.slice(dot + 1)]
    const outputs = all.get(activity)
    const known = outputs?.map((each) => each.name) ?? []
    if (outputs === undefined) problems.push(unknownName(path, 'output', reference, referencesOf(all)))
    else if (!known.includes(output))
      problems.push(
        unknownName(
          path,
          'output',
          reference,
          known.map((each) => `${activity}.${each}`),
        ),
      )
    else found.push({ name: input, activity, output })
  }
  return { inputs: found, problems }
}

export type OutputsByActivity = ReadonlyMap<string, readonly OutputPlan[]>

function referencesOf(all: OutputsByActivity): string[] {
  return [...all].flatMap(([activity, outputs]) => outputs.map(({ name }) => `${activity}.${name}`))
}

/** Names that name nothing: stages, needs, mocks, resources. */
export function nameProblems({ stages, activities, mocks, resources }: QualificationDocument): Problem[] {
  const stageNames = Object.keys(stages)
  const names = Object.keys(activities)
  const unknownAmong =
    (known: readonly string[], kind: string) => (path: readonly PropertyKey[], name: string) =>
      known.includes(name) ? [] : [unknownName(path, kind, name, known)]
  const ofStage = unknownAmong(stageNames, 'stage')
  const ofActivity = unknownAmong(names, 'activity')
  const ofResource = unknownAmong(
    [...new Set(['generator', 'target', ...Object.keys(resources)])],
    'resource',
  )
  return [
    ...Object.entries(stages).flatMap(([name, { needs }]) =>
      needs.flatMap((need, i) => ofStage(['stages', name, 'needs', i], need)),
    ),
    ...Object.entries(activities).flatMap(([name, { stage, needs, uses }]) => [
      ...ofStage(['activities', name, 'stage'], stage),
      ...needs.flatMap((need, i) => ofActivity(['activities', name, 'needs', i], need)),
      ...Object.keys(uses).flatMap((resource) =>
        ofResource(['activities', name, 'uses', resource], resource),
      ),
    ]),
    ...Object.keys(mocks).flatMap((name) => ofActivity(['mocks', name], name)),
  ]
}

/** Two activities, or one twice, that write the same file. */
export function writerProblems(all: OutputsByActivity): Problem[] {
  const writers = new Map<string, string>()
  const problems: Problem[] = []
  for (const [activity, outputs] of all)
    for (const output of outputs) {
      if (output.kind !== 'file') continue
      const other = writers.get(output.file)
      writers.set(output.file, other ?? activity)
      if (other !== undefined)
        problems.push({
          path: pathText(['activities', activity, 'outputs', output.name]),
          message: `${other} and ${activity} both write '${output.file}'`,
          expected: 'one writer for each output',
        })
    }
  return problems
}

/** Activities of a stage that need one of a later stage. */
export function stageOrderProblems(entries: Activities, document: QualificationDocument): Problem[] {
  const later = laterStages(document)
  return entries.flatMap(([name, { stage, needs }]) =>
    needs.flatMap((need, i): Problem[] => {
      const other = lookUp(document.activities, need)?.stage
      if (other === undefined || !later(stage, other)) return []
      return [
        {
          path: pathText(['activities', name, 'needs', i]),
          message: `${name} of the stage ${stage} needs ${need} of ${other}, which comes after it`,
          expected: 'needs of the same stage or of earlier ones',
        },
      ]
    }),
  )
}

/** Tests whether the second stage needs the first, directly or through others. */
function laterStages({ stages }: QualificationDocument): (stage: string, other: string) => boolean {
  return (stage, other) => {
    const queue = [...(lookUp(stages, other)?.needs ?? [])]
    for (const each of queue) {
      if (each === stage) return true
      queue.push(...(lookUp(stages, each)?.needs ?? []).filter((next) => !queue.includes(next)))
    }
    return false
  }
}
