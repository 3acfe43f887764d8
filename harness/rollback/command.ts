import { resolve } from 'node:path'
import * as z from 'zod'
import { argv } from '../base/text-schemas.ts'
import { parseDurationMs } from '../base/units.ts'
import type { Written } from '../base/written.ts'
import type { PluginPlan } from '../model/plan.ts'
import type { RollbackProcedurePlugin } from '../ports/rollback-procedure.ts'
import { childEnvironment, commandText, runChild } from './child.ts'
import { environmentNames, limit } from './schema-parts.ts'

const configSchema = z
  .strictObject({
    argv: argv.describe('Command and arguments, run without a shell'),
    /** Time limit. Default: `'1m'`. */
    timeout: limit('1m'),
    /** Working directory. Default: that of proofload. */
    cwd: z.string().default('.').describe('Working directory. Default: that of proofload.'),
    /** Names of environment variables to pass on besides PATH and PROOFLOAD_*. */
    env: environmentNames,
  })
  .describe('A command on this machine')

/** Runs a command; no shell sees its arguments: `command(['systemctl', 'restart', 'checkout'])`. */
export function command(
  argv: readonly [string, ...string[]],
  settings: Omit<Written<typeof configSchema>, 'argv'> = {},
): PluginPlan {
  return { plugin: 'command', config: { argv, ...settings } }
}

/** The `command` plugin: whatever puts the system back from a shell prompt, without the shell. */
export const commandPlugin: RollbackProcedurePlugin = {
  name: 'command',
  summary: 'runs a command without a shell, with few environment variables and a time limit',
  configSchema,
  describe(config) {
    const { argv, cwd } = configSchema.parse(config)
    return `run ${commandText(argv)}${cwd === '.' ? '' : ` in ${cwd}`}`
  },
  async undo(config, context) {
    const { argv, timeout, cwd, env } = configSchema.parse(config)
    const output = await runChild(
      {
        argv,
        cwd: resolve(context.cwd, cwd),
        env: childEnvironment(env, context),
        limitMs: parseDurationMs(timeout),
      },
      context,
    )
    return { message: output === '' ? `${commandText(argv)} succeeded` : output }
  },
}
