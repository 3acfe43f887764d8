/** Schemas of text that everything written by hand is made of. */
import * as z from 'zod'
import { messageOf } from './errors.ts'
import { parseDurationMs } from './units.ts'

/** Text that a unit parser accepts; the parser's own message is the problem. */
export function textWithUnit(parse: (text: string) => unknown, example: string): z.ZodString {
  return z
    .string()
    .superRefine((text, context) => {
      try {
        parse(text)
      } catch (error) {
        context.addIssue({ code: 'custom', message: messageOf(error) })
      }
    })
    .meta({ examples: [example] })
}

/** A duration with its unit. */
export const duration = textWithUnit(parseDurationMs, '30s')

/** Letters, digits, - and _: what scenarios, journeys, targets and feeders are called. Some become names of files. */
export const name = z
  .string()
  .regex(/^[\w-]+$/, 'a name of letters, digits, - and _')
  .max(200, 'a name of at most 200 characters')

/** A command and its arguments, run without a shell. */
export const argv = z
  .array(z.string())
  .min(1, 'at least the command itself')
  .refine(([command]) => command !== '', 'a command that is not empty')

/** Names of environment variables. */
export const environmentNames = z
  .array(z.string().regex(/^\w+$/, 'the name of an environment variable'))
  .default([])
