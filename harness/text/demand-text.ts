/** A demand in words. */
import type { Demand } from '../model/demand.ts'

/** The name people know a demand by. */
export function titleOf({ name, expect }: Pick<Demand, 'name' | 'expect'>): string {
  return name ?? expect
}

/** A demand within a sentence: a name is followed by what it stands for. */
export function demandText({ name, expect }: Pick<Demand, 'name' | 'expect'>): string {
  return name === null ? expect : `${name} (${expect})`
}
