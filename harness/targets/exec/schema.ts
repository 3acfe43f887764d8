/** Schemas of commands under load, as scenarios write them. */
import * as z from 'zod'
import { recordOf } from '../../base/record-of.ts'
import { environmentNames, textWithUnit } from '../../base/text-schemas.ts'
import { parseBytes } from '../../base/units.ts'

/** Configuration of the `exec` target. Parsing it twice changes nothing. */
export const execConfigSchema = z
  .strictObject({
    /** Working directory. Default: that of proofload. */
    cwd: z.string().min(1).default('.').describe('Working directory. Default: that of proofload.'),
    /** Names of environment variables to pass on besides PATH. */
    env: environmentNames.describe('Names of environment variables to pass on besides PATH'),
    /** Most that a command may write; more ends it. Default: `'1MiB'`. */
    maxOutput: textWithUnit(parseBytes, '1MiB')
      .default('1MiB')
      .describe('Most that a command may write; more ends it'),
  })
  .describe('Commands on this machine')
export type ExecConfig = z.output<typeof execConfigSchema>

/** One run of a command; strings but the command's own name may hold `{{variables}}`. */
export const execRequestSchema = z
  .strictObject({
    /** Command and arguments, run without a shell. */
    run: z
      .array(z.string())
      .min(1, 'at least the command itself')
      .refine(([command = '']) => command !== '', 'a command that is not empty')
      .refine(
        ([command = '']) => !command.includes('{{'),
        'a command that is no variable: it has to be allowed',
      )
      .describe('Command and arguments, run without a shell'),
    /** The text that it reads. Default: none. */
    stdin: z.string().optional().describe('What it reads. Default: nothing.'),
    /** Working directory. Default: that of the target. */
    cwd: z.string().min(1).optional().describe('Working directory. Default: that of the target.'),
    /** Environment variables of this command. */
    env: recordOf(z.string(), z.string().regex(/^\w+$/, 'the name of an environment variable'))
      .optional()
      .describe('Environment variables of this command'),
  })
  .describe('A run of a command')
export type ExecRequest = z.output<typeof execRequestSchema>
