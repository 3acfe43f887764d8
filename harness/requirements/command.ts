import { resolve } from 'node:path'
import * as z from 'zod'
import { argv, environmentNames } from '../base/text-schemas.ts'
import { formatDurationMs } from '../base/units.ts'
import type { Written } from '../base/written.ts'
import type { RequirementContext, RequirementPlugin } from '../ports/requirement.ts'
import { passedOn, runToEnd } from '../system/child-process.ts'
import type { RequirementRef, RequirementSettings } from './reference.ts'

const configSchema = z
  .strictObject({
    argv: argv.describe('Command and arguments, run without a shell; it has to end with status 0'),
    /** Working directory. Default: that of proofload. */
    cwd: z.string().default('.').describe('Working directory. Default: that of proofload.'),
    /** Names of environment variables to pass on besides PATH. */
    env: environmentNames.describe('Names of environment variables to pass on besides PATH'),
  })
  .describe('A command that succeeds')

/** Requires a program, or whatever it checks: `commandCheck(['ffmpeg', '-version'])`. */
export function commandCheck(
  argv: readonly [string, ...string[]],
  settings: RequirementSettings & Omit<Written<typeof configSchema>, 'argv'> = {},
): RequirementRef {
  const { cwd, env, ...rest } = settings
  const config = { argv, ...(cwd === undefined ? {} : { cwd }), ...(env === undefined ? {} : { env }) }
  return { plugin: 'command', config, ...rest }
}

/** The `command` plugin. */
export const commandPlugin: RequirementPlugin = {
  name: 'command',
  summary: 'a command that ends with status 0',
  configSchema,
  hostsOf: () => [],
  describe: (config) => `command ${configSchema.parse(config).argv[0]}`,
  async check(config, context) {
    const { argv, cwd, env } = configSchema.parse(config)
    const output = await outputOf(argv, { ...context, cwd: resolve(context.cwd, cwd) }, env)
    return output.split('\n')[0] || 'succeeds'
  },
}

/** Runs a command to its end. Rejects with the status and the last line when it does not succeed. */
export async function outputOf(
  argv: readonly string[],
  { cwd, env, limitMs, signal }: RequirementContext,
  names: readonly string[] = [],
): Promise<string> {
  const order = { argv, cwd, env: passedOn(names, env), limitMs }
  const whenAborted = `did not end within ${formatDurationMs(limitMs)} and was killed`
  const { problem, output } = await runToEnd(order, { signal, whenAborted })
  if (problem === null) return output
  const said = output.split('\n').at(-1) ?? ''
  throw new Error(said === '' ? problem : `${problem}: ${said}`)
}
