import { resolve } from 'node:path'
import { z } from 'zod'
import { parseDurationMs } from '../base/units.ts'
import type { RollbackProcedurePlugin } from '../ports/rollback-procedure.ts'
import { childEnvironment, commandText, runChild } from './child.ts'
import { environmentNames, limit } from './schema-parts.ts'

const configSchema = z
  .strictObject({
    argv: z
      .array(z.string())
      .min(1, 'at least the name of the command')
      .refine(([command]) => command !== '', 'a non-empty command')
      .describe('Command and arguments, run without a shell'),
    timeout: limit('1m'),
    cwd: z.string().default('.').describe('Working directory. Default: that of proofload.'),
    env: environmentNames,
  })
  .describe('A command on this machine')

/** Runs any command that rolls the system back, without a shell. */
export const command: RollbackProcedurePlugin = {
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
