/** Scenario files that people may choose from. */
import type { Dirent } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { HarnessError, messageOf, systemCodeOf } from '../base/errors.ts'

const EXTENSIONS: readonly string[] = ['.ts', '.mts', '.js', '.mjs', '.yaml', '.yml', '.json']
const LISTED_MAX = 500
/** Marks a plan of a qualification, which lies beside scenarios and is none. */
const QUALIFICATION = /^ {0,2}"?activities"?:|\bdefineQualification\(/m

/** Paths below the folder, sorted; empty without the folder. Links are not followed: what is listed lies in the folder. @throws HarnessError SCENARIO_LOAD_FAILED */
export async function listScenarios(folder: string): Promise<string[]> {
  const entries = await entriesBelow(folder)
  const paths = entries
    .filter((entry) => entry.isFile() && EXTENSIONS.includes(extname(entry.name)))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep))
    .filter((path) => !path.some((part) => part.startsWith('.') || part === 'node_modules'))
    .map((path) => path.join('/'))
    .filter((path) => !path.endsWith('.d.ts'))
    .sort()
    .slice(0, LISTED_MAX)
  const texts = await Promise.all(paths.map((path) => readFile(join(folder, path), 'utf8').catch(() => '')))
  return paths.filter((_, i) => !QUALIFICATION.test(texts[i] as string))
}

async function entriesBelow(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { recursive: true, withFileTypes: true })
  } catch (cause) {
    if (systemCodeOf(cause) === 'ENOENT') return []
    throw new HarnessError('SCENARIO_LOAD_FAILED', `${folder} cannot be read: ${messageOf(cause)}`, {
      cause,
      hint: 'Name a folder of scenarios that can be read, or make this one readable.',
    })
  }
}
