/** Statuses of commands: the exit status, or 128 and the number of the signal that ended it, as shells have it. */
import { constants } from 'node:os'
import * as z from 'zod'
import type { StatusLanguage } from '../../ports/target-plugin.ts'

const SIGNAL_BASE = 128
const SIGNALS: ReadonlyMap<string, number> = new Map(
  Object.entries(constants.signals).map(([name, number]) => [name, SIGNAL_BASE + number]),
)
const NAMES: ReadonlyMap<number, string> = new Map([...SIGNALS].map(([name, status]) => [status, name]))

const one = z.union([
  z.int().min(0).max(255),
  z.string().refine((name) => SIGNALS.has(name), 'the name of a signal such as SIGTERM'),
])

/** `3`, `[0, 1]`, `SIGTERM`. */
const expected = z
  .union([one, z.array(one).min(1)])
  .describe('Exit status it must end with, or the signal: 0, [0, 1], SIGTERM')

/** Good with 0. */
export const exitStatus: StatusLanguage = {
  expected,
  isGood: (status) => status === 0,
  compile(value) {
    const wanted = new Set([expected.parse(value)].flat().map((each) => statusOf(each)))
    return (status) => wanted.has(status)
  },
  nameOf: (status) => NAMES.get(status) ?? `exit status ${status}`,
}

/** @param end an exit status or the name of a signal */
export function statusOf(end: number | string): number {
  return typeof end === 'number' ? end : (SIGNALS.get(end) ?? SIGNAL_BASE)
}
