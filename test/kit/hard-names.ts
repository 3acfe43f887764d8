/** Names that every object has inherited something under; to us they are names like any other. */
export const HARD_NAMES = [
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'prototype',
  'toString',
  'valueOf',
] as const

/** One value under each of them, as JSON gives it: own keys, `__proto__` included. */
export function byHardName<T>(make: (name: string) => T): Record<string, T> {
  return Object.fromEntries(HARD_NAMES.map((name) => [name, make(name)]))
}

/** What a record holds, as data: a comparison of objects would ask them for their constructors. */
export function entriesIn<T>(record: Readonly<Record<string, T>>): [name: string, value: T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))
}
