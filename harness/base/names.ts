/**
 * Names from a scenario, a server or a file are data: `constructor` and `__proto__` are names like any other. What they
 * key is a `Map`, or an object made by `Object.fromEntries` and read here; nothing else may index by a name
 * (`test/names.test.ts` looks).
 */

/** The value that the table itself has under a name; undefined when it has none, whatever objects inherit. */
export function lookUp<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

/** Puts a value under a name of a table that is changed in place; `__proto__` does not change its prototype. */
export function putAt<T>(table: Record<string, T>, name: string, value: T): void {
  Object.defineProperty(table, name, { value, enumerable: true, configurable: true, writable: true })
}
