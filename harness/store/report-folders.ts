/**
 * Folders of finished runs, `<reports>/<scenario>/<runId>/`, for somebody who has no more than an id, which may come from
 * anywhere: it is looked at before it becomes part of a path, and links are not followed.
 */
import type { Dirent } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { HarnessError, messageOf, systemCodeOf } from '../base/errors.ts'
import { isPlainName } from '../base/plain-name.ts'
import { formatBytes } from '../base/units.ts'
import { readRegularFile } from '../system/files.ts'
import { RECORD_FILE } from './run-folder.ts'

/** The maximum size of a file, because a file is read into memory at once. */
const FILE_BYTES_MAX = 256 * 2 ** 20

/** The address of a run in the reports folder. */
export interface RunFolderAddress {
  readonly id: string
  readonly scenario: string
}

/** Folder of a run that has a record; null when there is none, or the id cannot be that of one. */
export async function findRunFolder(reports: string, id: string): Promise<string | null> {
  if (!isPlainName(id)) return null
  for (const scenario of await foldersIn(reports)) {
    const folder = join(reports, scenario, id)
    if ((await bytesOf(join(folder, RECORD_FILE))) !== null && (await isFolder(folder))) return folder
  }
  return null
}

/** The newest runs that have folders, by id, which begins with when they were made. */
export async function listRunFolders(reports: string, most: number): Promise<RunFolderAddress[]> {
  const found: RunFolderAddress[] = []
  for (const scenario of await foldersIn(reports))
    for (const id of await foldersIn(join(reports, scenario))) found.push({ id, scenario })
  return found.sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, most)
}

/** Names of the files of a run, in the order of the alphabet. */
export async function listRunFiles(folder: string): Promise<string[]> {
  const entries = await entriesOf(folder)
  return entries
    .filter((entry) => entry.isFile() && isPlainName(entry.name))
    .map(({ name }) => name)
    .sort()
}

/** One of the files of a run; null when it has none of this name. @throws HarnessError RECORD_INVALID when it is too large */
export async function readRunFile(folder: string, name: string): Promise<Buffer<ArrayBuffer> | null> {
  if (!isPlainName(name)) return null
  const file = join(folder, name)
  const bytes = await bytesOf(file)
  if (bytes === null) return null
  if (bytes > FILE_BYTES_MAX)
    throw new HarnessError(
      'RECORD_INVALID',
      `${file} is too large to be opened here: ${formatBytes(bytes)}`,
      {
        hint: `Up to ${formatBytes(FILE_BYTES_MAX)} are; open the file itself.`,
      },
    )
  return readRegularFile(file)
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await entriesOf(folder)
  return entries.filter((entry) => entry.isDirectory() && isPlainName(entry.name)).map(({ name }) => name)
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (cause) {
    if (systemCodeOf(cause) === 'ENOENT') return []
    throw new HarnessError('RECORD_NOT_FOUND', `${folder} cannot be read: ${messageOf(cause)}`, {
      cause,
      hint: 'Make the folder readable for the user of proofload.',
    })
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await lstat(path)).isDirectory()
}

/** Size of a file that is one, and no link; null otherwise. @throws HarnessError RECORD_INVALID when nobody can say */
async function bytesOf(file: string): Promise<number | null> {
  try {
    const found = await lstat(file)
    return found.isFile() ? found.size : null
  } catch (cause) {
    if (systemCodeOf(cause) === 'ENOENT') return null
    throw new HarnessError('RECORD_INVALID', `${file} cannot be read: ${messageOf(cause)}`, {
      cause,
      hint: 'Make it and the folders above it readable for the user of proofload.',
    })
  }
}
