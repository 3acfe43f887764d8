/** Inputs and outputs of activities as they are: files with their hash, values as text. */
import { resolve } from 'node:path'
import type { QualificationState } from '../../analysis/qualification/fold.ts'
import { lookUp } from '../../base/names.ts'
import type { QualificationPart } from '../../model/qualification.ts'
import type { ActivityPlan, InputPlan, OutputPlan } from '../../model/qualification-plan.ts'
import { sha256 } from '../../system/bundle-module.ts'
import { exists, readRegularFile } from '../../system/files.ts'

/** The outputs of an activity that has done its work; the names of those that are not there. */
export async function collectOutputs(
  { outputs }: ActivityPlan,
  values: Readonly<Record<string, string>>,
  cwd: string,
): Promise<{ readonly outputs: readonly QualificationPart[]; readonly missing: readonly string[] }> {
  const parts = await Promise.all(outputs.map((output) => outputPart(output, values, cwd)))
  const missing = parts.filter(({ sha256: hash, value }) => hash === null && value === null)
  return { outputs: parts, missing: missing.map(({ source }) => source) }
}

async function outputPart(
  output: OutputPlan,
  values: Readonly<Record<string, string>>,
  cwd: string,
): Promise<QualificationPart> {
  const { name } = output
  if (output.kind === 'value')
    return { name, source: output.value, sha256: null, value: lookUp(values, output.value) ?? null }
  return { name, source: output.file, sha256: await hashOf(output.file, cwd), value: null }
}

/** The inputs of an activity now, or the first that is not there. */
export async function collectInputs(
  { inputs }: ActivityPlan,
  state: QualificationState,
  cwd: string,
): Promise<readonly QualificationPart[] | string> {
  const parts: QualificationPart[] = []
  for (const input of inputs) {
    const part = await inputPart(input, state, cwd)
    if (part === null) return `its input ${input.name} is not there: ${input.activity}.${input.output}`
    parts.push(part)
  }
  return parts
}

async function inputPart(
  { name, activity, output }: InputPlan,
  { plan, activities }: QualificationState,
  cwd: string,
): Promise<QualificationPart | null> {
  const source = `${activity}.${output}`
  const written = activities.get(activity)?.result?.outputs.find((part) => part.name === output)
  if (written !== undefined && written.value !== null) return { ...written, name, source }
  const planned = plan.activities
    .find((each) => each.name === activity)
    ?.outputs.find((each) => each.name === output)
  if (planned?.kind !== 'file') return null
  const hash = await hashOf(planned.file, cwd)
  return hash === null ? null : { name, source, sha256: hash, value: planned.file }
}

/** Null: there is no such file. */
async function hashOf(file: string, cwd: string): Promise<string | null> {
  const path = resolve(cwd, file)
  return (await exists(path)) ? sha256(await readRegularFile(path)) : null
}

/** The inputs by name, as commands and checks get them. */
export function inputValues(inputs: readonly QualificationPart[]): Record<string, string> {
  return Object.fromEntries(inputs.map(({ name, value }) => [name, value ?? '']))
}
