import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { ownFile } from '../base/own-files.ts'
import { parseDurationMs } from '../base/units.ts'
import type { Written } from '../base/written.ts'
import type { PluginPlan } from '../model/plan.ts'
import type { RollbackContext, RollbackProcedurePlugin, UndoContext } from '../ports/rollback-procedure.ts'
import { childEnvironment, runChild } from './child.ts'
import { environmentNames, limit } from './schema-parts.ts'

const configSchema = z
  .strictObject({
    module: z
      .string()
      .min(1)
      .describe(
        'TypeScript or JavaScript file that exports undo(context), relative to the working directory',
      ),
    /** Time limit. Default: `'1m'`. */
    timeout: limit('1m'),
    /** Names of environment variables to pass on besides PATH and PROOFLOAD_*. */
    env: environmentNames,
  })
  .describe('Code of the author')

/** Calls `undo(context)` of a module: `moduleUndo('./undo.ts')`, from the working directory of the harness. */
export function moduleUndo(
  file: string,
  settings: Omit<Written<typeof configSchema>, 'module'> = {},
): PluginPlan {
  return { plugin: 'module', config: { module: file, ...settings } }
}

/** The `module` plugin. In a process of its own: a crash or an endless loop of it cannot take the run along, nor the other way round. */
export const modulePlugin: RollbackProcedurePlugin = {
  name: 'module',
  summary: "calls undo(context) of the author's own module, in a process of its own",
  configSchema,
  describe: (config) => `call undo() of ${configSchema.parse(config).module}`,
  async undo(config, context) {
    const { bundleModule } = await import('../system/bundle-module.ts')
    const { workerOptions } = await import('../system/worker-thread.ts')
    const { module: file, timeout, env } = configSchema.parse(config)
    const { path } = await bundleModule(resolve(context.cwd, file), {
      code: 'ROLLBACK_FAILED',
      hint: 'It must be a TypeScript or JavaScript module that exports a function undo.',
    })
    const { filename, execArgv } = workerOptions(ownFile('rollback/module-main'))
    const output = await runChild(
      {
        argv: [
          process.execPath,
          ...execArgv,
          fileURLToPath(filename),
          path,
          JSON.stringify(undoContext(context)),
        ],
        cwd: context.cwd,
        env: childEnvironment(env, context),
        limitMs: parseDurationMs(timeout),
      },
      context,
    )
    return { message: output === '' ? `undo() of ${file} succeeded` : output }
  },
}

function undoContext(context: RollbackContext): UndoContext {
  const { rollbackId, runId, scenario, correlationId, reason, idempotencyKey } = context
  return { rollbackId, runId, scenario, correlationId, reason, idempotencyKey }
}
