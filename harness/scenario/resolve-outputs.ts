/** Turns outputs into a part of a plan; each plugin checks its own configuration. */
import type { Problem } from '../base/errors.ts'
import { lookUp } from '../base/names.ts'
import type { OutputsPlan } from '../model/plan.ts'
import { outputs as known } from '../telemetry/outputs/index.ts'
import { OUTPUTS } from './defaults.ts'
import type { OutputDocument, OutputsDocument } from './outputs-schema.ts'
import { parseAt, unknownName } from './problems.ts'

/** The authors of outputs other than the scenario, by the name of the output: they may send anywhere. */
export type OutputAuthors = Readonly<Record<string, 'config' | 'flag'>>

/** Absent where there are none. What is wrong goes to `problems`. */
export function resolveOutputs(
  document: OutputsDocument | undefined,
  authors: OutputAuthors,
  problems: Problem[],
): { readonly outputs?: OutputsPlan } {
  if (document === undefined || Object.keys(document.to).length === 0) return {}
  const to = Object.entries(document.to).map(([name, output]) => [
    name,
    { ...resolveOutput(name, output, problems), by: lookUp(authors, name) ?? 'scenario' },
  ])
  return {
    outputs: {
      to: Object.fromEntries(to),
      labels: document.labels ?? {},
      perRun: document.perRun ?? false,
      maxSeries: document.maxSeries ?? OUTPUTS.maxSeries,
      resolution: document.resolution ?? OUTPUTS.resolution,
      componentsByStep: document.componentsByStep ?? false,
    },
  }
}

function resolveOutput(
  name: string,
  { plugin, config }: OutputDocument,
  problems: Problem[],
): OutputDocument {
  const path = ['outputs', 'to', name]
  if (!known.names.includes(plugin)) {
    problems.push(unknownName([...path, 'plugin'], 'output', plugin, known.names))
    return { plugin, config }
  }
  const checked = parseAt(known.get(plugin).configSchema, config, [...path, 'config'])
  problems.push(...checked.problems)
  return { plugin, config: checked.value ?? config }
}
