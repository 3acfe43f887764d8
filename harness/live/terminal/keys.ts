import { lookUp } from '../../base/names.ts'
/** Meanings of the keys of the full-screen view. */

/** A wish that a key stands for. */
export type Command = 'pause' | 'faster' | 'slower' | 'help' | 'stop'

const COMMANDS: Readonly<Record<string, Command>> = {
  p: 'pause',
  ' ': 'pause',
  '+': 'faster',
  '=': 'faster',
  f: 'faster',
  '-': 'slower',
  _: 'slower',
  s: 'slower',
  '?': 'help',
  h: 'help',
  q: 'stop',
  '\u0003': 'stop',
}

/** Arrows, function keys and the like, as terminals send them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: this is what they begin with.
const SEQUENCE = /\u001b(?:\[[0-?]*[ -/]*[@-~]|O.|.)?/gsu

/** The commands in what was typed, in order; other keys mean nothing. */
export function commandsOf(typed: string): Command[] {
  return [...typed.replace(SEQUENCE, '').toLowerCase()].flatMap((key) => lookUp(COMMANDS, key) ?? [])
}
