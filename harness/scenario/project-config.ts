/** The configuration of a project: `proofload.config.ts`, `.js`, `.mjs`, `.yaml`, `.yml` or `.json` beside which commands run. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { HarnessError } from '../base/errors.ts'
import { outputsSchema } from './outputs-schema.ts'
import { presetsSchema } from './presets.ts'
import { parseAt } from './problems.ts'
import { schedulesSchema } from './schedules-schema.ts'

const NAMES = ['ts', 'mts', 'js', 'mjs', 'yaml', 'yml', 'json'].map((end) => `proofload.config.${end}`)

export const projectSchema = z.strictObject({
  $schema: z.string().optional().describe('For editors'),
  outputs: outputsSchema.optional(),
  environments: presetsSchema
    .optional()
    .describe('What is different in an environment, for all scenarios: --env'),
  schedules: schedulesSchema.optional().describe('Runs that `proofload serve` starts by itself'),
})
export type ProjectConfig = z.output<typeof projectSchema>

const NOTHING: ProjectConfig = {}

/** Returns the name of the configuration of a folder; null where there is none. */
export function findProjectConfig(folder: string): string | null {
  return NAMES.find((name) => existsSync(join(folder, name))) ?? null
}

/** Reads the configuration of a folder; empty where there is none. @throws HarnessError CONFIG_INVALID, SCENARIO_LOAD_FAILED */
export async function readProjectConfig(folder: string): Promise<ProjectConfig> {
  const found = NAMES.filter((name) => existsSync(join(folder, name)))
  const [only] = found
  if (only === undefined) return NOTHING
  if (found.length > 1)
    throw new HarnessError('CONFIG_INVALID', `there are several configurations: ${found.join(', ')}`, {
      hint: 'Keep one of them.',
    })
  const { loadScenario } = await import('./load.ts')
  const { document, locate } = await loadScenario(only, folder)
  const { value, problems } = parseAt(projectSchema, document, [])
  if (value !== null) return value
  throw new HarnessError('CONFIG_INVALID', `${only} is not valid`, {
    problems: problems.map((problem) => ({ ...problem, path: locate?.(problem.path) ?? problem.path })),
    hint: 'Fix the places named above; docs/outputs.md, docs/service.md and docs/environments.md have what may stand there.',
  })
}
