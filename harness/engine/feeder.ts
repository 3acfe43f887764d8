/**
 * Data feeders: rows that agents take at the start of an iteration. The threads of a run take rows in turn from one list, so
 * they use the rows that one thread would use: each once before any is used again, and none is left while another thread has
 * run out. `random` draws from all rows, `per-agent` goes by the agent's global identity, and values made by a law go by the
 * agent and its iteration, sequences in turn over all threads.
 */
import { keyOf, Random, uniformAt } from '../base/random.ts'
import type { FeederPlan } from '../model/plan.ts'
import { createGenerator } from './generators.ts'

export type Row = Readonly<Record<string, string>>

/** Returns rows; null when a `unique` feeder has none left. */
export interface Feeder {
  take(identity: number, iteration: number): Row | null
}

/** Allocates shared memory for the number of rows that the threads have taken from each of `feeders` feeders. */
export function allocateTakenRows(feeders: number): SharedArrayBuffer {
  return new SharedArrayBuffer(feeders * Uint32Array.BYTES_PER_ELEMENT)
}

/** The place of one feeder in a seed and in the memory that the threads share. */
export interface FeederPlace {
  readonly seed: number
  /** The number of rows taken from each feeder. */
  readonly taken: Uint32Array
  /** The index of the feeder in `taken`. */
  readonly index: number
}

/** Creates one thread's access to a feeder. Its rows are not empty (checked when the scenario is resolved). */
export function createFeeder(name: string, plan: FeederPlan, place: FeederPlace): Feeder {
  const { seed } = place
  const key = keyOf(`feeder:${name}`)
  const { rows, generate } = plan
  if (generate !== undefined) return generated(generate, key, place)
  switch (plan.mode) {
    case 'random':
      return {
        take: (identity, iteration) =>
          rows[Math.floor(uniformAt(seed ^ key, identity, iteration) * rows.length)] ?? null,
      }
    case 'per-agent':
      return { take: (identity) => rows[identity % rows.length] ?? null }
    case 'unique':
      return once(rows, place)
    case 'circular':
      return ring(rows, place)
    case 'shuffle':
      return ring(new Random(seed, key).shuffle(rows), place)
  }
}

/** Each row once. What is asked for beyond the last is not counted, so the count cannot come round. */
function once(rows: readonly Row[], { taken, index }: FeederPlace): Feeder {
  return {
    take: () =>
      Atomics.load(taken, index) < rows.length ? (rows[Atomics.add(taken, index, 1)] ?? null) : null,
  }
}

/** Goes round the rows. */
function ring(rows: readonly Row[], { taken, index }: FeederPlace): Feeder {
  return { take: () => rows[Atomics.add(taken, index, 1) % rows.length] ?? null }
}

/** A row made by laws: its draws are those of the agent and its iteration. */
function generated(
  fields: NonNullable<FeederPlan['generate']>,
  key: number,
  { seed, taken, index }: FeederPlace,
): Feeder {
  const generators = Object.entries(fields).map(
    ([field, law]) => [field, keyOf(field), createGenerator(law, seed ^ key)] as const,
  )
  return {
    take(identity, iteration) {
      const place = Atomics.add(taken, index, 1)
      const draws = Math.floor(uniformAt(seed ^ key, identity, iteration) * 2 ** 32)
      return Object.fromEntries(
        generators.map(([field, fieldKey, generate]) => [
          field,
          generate(new Random(draws, fieldKey), place),
        ]),
      )
    },
  }
}
