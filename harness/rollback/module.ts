import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { parseDurationMs } from '../base/units.ts'
import type { RollbackContext, RollbackProcedurePlugin, UndoContext } from '../ports/rollback-procedure.ts'
import { bundleModule } from '../system/bundle-module.ts'
import { workerOptions } from '../system/worker-thread.ts'
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
    timeout: limit('1m'),
    env: environmentNames,
  })
  .describe('Code of the author')

/** Runs the undo in its own process, so that a crash or an endless loop of it cannot affect the run, nor the reverse. */
export const module: RollbackProcedurePlugin = {
  name: 'module',
  summary: "calls undo(context) of the author's own module, in a process of its own",
  configSchema,
  describe: (config) => `call undo() of ${configSchema.parse(config).module}`,
  async undo(config, context) {
    const { module: file, timeout, env } = configSchema.parse(config)
    const { path } = await bundleModule(resolve(context.cwd, file), {
      code: 'ROLLBACK_FAILED',
      hint: 'It must be a TypeScript or JavaScript module that exports a function undo.',
    })
    const { filename, execArgv } = workerOptions(import.meta.url, 'module-main')
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
