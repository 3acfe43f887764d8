/** Scenario files that people may choose from. */
import { readdir } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'

const EXTENSIONS: readonly string[] = ['.ts', '.mts', '.js', '.mjs', '.yaml', '.yml', '.json']
const LISTED_MAX = 500

/** Paths below the folder, sorted; empty without the folder. Links are not followed: what is listed lies in the folder. */
export async function listScenarios(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile() && EXTENSIONS.includes(extname(entry.name)))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep))
    .filter((path) => !path.some((part) => part.startsWith('.') || part === 'node_modules'))
    .map((path) => path.join('/'))
    .filter((path) => !path.endsWith('.d.ts'))
    .sort()
    .slice(0, LISTED_MAX)
}
