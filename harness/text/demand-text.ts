/** Texts of demands. */
import type { Demand } from '../model/demand.ts'

/** Returns the title of a demand: its name, else its expression. */
export function titleOf({ name, expect }: Pick<Demand, 'name' | 'expect'>): string {
  return name ?? expect
}

/** Formats a demand within a sentence: a name is followed by its expression. */
export function demandText({ name, expect }: Pick<Demand, 'name' | 'expect'>): string {
  return name === null ? expect : `${name} (${expect})`
}
