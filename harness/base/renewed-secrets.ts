import { lookUp, putAt } from './names.ts'

/** Values of secrets by name, which may be renewed while a run lasts: whoever holds the record reads the newest. */
export type RenewableSecrets = Record<string, string>

/** Puts a new value in place. The one before stays under a name that nothing can ask for, so that masks go on hiding it. */
export function renewSecret(secrets: RenewableSecrets, name: string, value: string): void {
  const before = lookUp(secrets, name)
  if (before === value) return
  if (before !== undefined) putAt(secrets, `${name} before ${Object.keys(secrets).length}`, before)
  putAt(secrets, name, value)
}
