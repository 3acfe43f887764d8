/**
 * Names from a scenario, a server or a file are data: `constructor` and `__proto__` are names like any other. Use them as keys
 * of a `Map`, or of an object made by `Object.fromEntries` and read here; nothing else may index by a name
 * (`test/names.test.ts` checks that).
 */

/** Returns the table's own value under a name; undefined when it has none, even if objects inherit one. */
export function lookUp<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

/** Sets a name of a table in place; `__proto__` does not change its prototype. */
export function putAt<T>(table: Record<string, T>, name: string, value: T): void {
  Object.defineProperty(table, name, { value, enumerable: true, configurable: true, writable: true })
}
