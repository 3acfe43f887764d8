/** Small files of /proc and /sys. They may be absent at any moment: the process ended, the group was removed, not Linux. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Text of a file; null when it cannot be read. */
export function textOf(path: string): string | null {
  return unlessAbsent(() => readFileSync(path, 'utf8'))
}

/** Names in a folder; none when it cannot be read. */
export function namesIn(path: string): string[] {
  return unlessAbsent(() => readdirSync(path)) ?? []
}

/** Where a link leads; null when it cannot be read. */
export function linkAt(path: string): string | null {
  return unlessAbsent(() => readlinkSync(path))
}

/** The one number that a file holds; null when it holds something else. */
export function numberIn(path: string): number | null {
  const text = textOf(path)?.trim() ?? ''
  return /^-?\d+$/.test(text) ? Number(text) : null
}

/** The number of a line `key number`; null when there is none. */
export function numberAfter(key: string, text: string | null): number | null {
  const line = text?.split('\n').find((candidate) => candidate.startsWith(`${key} `))
  const value = line?.slice(key.length + 1).trim() ?? ''
  return /^\d+$/.test(value) ? Number(value) : null
}

function unlessAbsent<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    // Absent or forbidden: either way nothing is known, which is what null says.
    return null
  }
}
