/** Commands and their steps, as authors write them. */
import { withoutGaps } from '../../base/without-gaps.ts'
import type { Written } from '../../base/written.ts'
import type { TargetRef } from '../../ports/target-plugin.ts'
import { type RequestStep, requestStep, type StepOptions } from '../step.ts'
import type { ExecClient } from './client.ts'
import type { execConfigSchema, execRequestSchema } from './schema.ts'

/** Parts of a step that runs a command. */
export type ExecStepOptions = StepOptions & Omit<Written<typeof execRequestSchema>, 'run'>

function run(argv: readonly [string, ...string[]], options: ExecStepOptions = {}): RequestStep {
  const { stdin, cwd, env, ...shared } = options
  return requestStep({ run: argv, ...withoutGaps({ stdin, cwd, env }) }, shared)
}

/** Commands of this machine, and a step that runs one: `exec()`, `exec.run(['git', 'status'])`. */
export const exec = Object.assign(
  (config: Written<typeof execConfigSchema> = {}): TargetRef<ExecClient> => ({ plugin: 'exec', config }),
  { run },
)
