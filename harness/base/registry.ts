import { HarnessError } from './errors.ts'
import { nearestName } from './nearest-name.ts'

/** A closed table of plugins of one kind, found by name. */
export interface Registry<T> {
  readonly names: readonly string[]
  readonly all: readonly T[]
  /** Returns the plugin of a name. @throws HarnessError PLUGIN_UNKNOWN, naming the nearest valid name. */
  get(name: string): T
}

/** Creates the table of one plugin family; `kind` is the word for it in messages ("target", "reporter"). */
export function createRegistry<T extends { readonly name: string }>(
  kind: string,
  all: readonly T[],
): Registry<T> {
  const byName = new Map(all.map((entry) => [entry.name, entry]))
  const names = all.map((entry) => entry.name)
  return {
    names,
    all,
    get(name) {
      const entry = byName.get(name)
      if (entry !== undefined) return entry
      const nearest = nearestName(name, names)
      throw new HarnessError('PLUGIN_UNKNOWN', `there is no ${kind} named '${name}'`, {
        hint:
          nearest === undefined
            ? `Known: ${names.join(', ')}.`
            : `Did you mean '${nearest}'? Known: ${names.join(', ')}.`,
      })
    },
  }
}
