import type { Host } from '../ports/host.ts'

/** The format of log lines: one JSON document each, or text for people. */
export type LogFormat = 'json' | 'pretty'

/** The values of `--log`; auto depends on the destination of the lines. */
export const LOG_CHOICES = ['auto', 'json', 'pretty'] as const
export type LogChoice = (typeof LOG_CHOICES)[number]

/** Returns JSON where a CI system collects the lines, pretty where a person reads them. */
export function logFormatOf(choice: LogChoice, isTerminal: boolean, env: Host['env']): LogFormat {
  if (choice !== 'auto') return choice
  return isCi(env) && !isTerminal ? 'json' : 'pretty'
}

/** Returns true when a CI system runs the process. */
export function isCi({ CI: ci = '' }: Host['env']): boolean {
  return ci !== '' && ci !== 'false' && ci !== '0'
}
