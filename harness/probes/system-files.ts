/**
 * Small files of /proc and /sys. They may be absent at any moment: the process ended, the group was removed, or the system is not
 * Linux.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Returns the text of a file; null when it cannot be read. */
export function textOf(path: string): string | null {
  return unlessAbsent(() => readFileSync(path, 'utf8'))
}

/** Returns the names in a folder; none when it cannot be read. */
export function namesIn(path: string): string[] {
  return unlessAbsent(() => readdirSync(path)) ?? []
}

/** Returns the target of a link; null when it cannot be read. */
export function linkAt(path: string): string | null {
  return unlessAbsent(() => readlinkSync(path))
}

/** Returns the number that a file contains; null when it contains anything else. */
export function numberIn(path: string): number | null {
  const text = textOf(path)?.trim() ?? ''
  return /^-?\d+$/.test(text) ? Number(text) : null
}

/** Returns the number of a line `key number`; null when there is none. */
export function numberAfter(key: string, text: string | null): number | null {
  const line = text?.split('\n').find((candidate) => candidate.startsWith(`${key} `))
  const value = line?.slice(key.length + 1).trim() ?? ''
  return /^\d+$/.test(value) ? Number(value) : null
}

function unlessAbsent<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    // Absent or forbidden: either way the value is unknown, which null says.
    return null
  }
}
