import type { Host } from '../ports/host.ts'

/** How log lines are written: one JSON document each, or for people. */
export type LogFormat = 'json' | 'pretty'

/** What may be asked for; auto decides by where the lines go. */
export const LOG_CHOICES = ['auto', 'json', 'pretty'] as const
export type LogChoice = (typeof LOG_CHOICES)[number]

/** JSON where a CI system collects the lines, pretty where a person reads them. */
export function logFormatOf(choice: LogChoice, isTerminal: boolean, env: Host['env']): LogFormat {
  if (choice !== 'auto') return choice
  return isCi(env) && !isTerminal ? 'json' : 'pretty'
}

/** Whether a CI system runs us: nobody watches. */
export function isCi({ CI: ci = '' }: Host['env']): boolean {
  return ci !== '' && ci !== 'false' && ci !== '0'
}
