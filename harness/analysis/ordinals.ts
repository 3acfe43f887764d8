/** Tells objectives apart that read the same, in what the monitor saw and did. */
import type { Stop } from '../model/enforcement.ts'

/** The place of each among those that read the same, from 0. */
export function ordinalsOf(objectives: readonly { readonly expect: string }[]): number[] {
  const seen = new Map<string, number>()
  return objectives.map(({ expect }) => {
    const ordinal = seen.get(expect) ?? 0
    seen.set(expect, ordinal + 1)
    return ordinal
  })
}

/** Whether an event, or what ended the load, is about the objective of that text and place; records of before do not tell places. */
export function isAbout(
  { expect, ordinal }: Pick<Stop, 'expect' | 'ordinal'>,
  text: string,
  place: number | undefined,
): boolean {
  return expect === text && (ordinal === undefined || ordinal === place)
}
