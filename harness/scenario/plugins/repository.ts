/** The repository of a scenario: the folder that plugins, and all that they import, have to lie in. */
import { existsSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, sep } from 'node:path'

/** The folder of the scenario, or the nearest above it that is a git repository, else a package; else where the command runs. */
export function repositoryOf(folder: string, cwd: string): Promise<string> {
  const found =
    nearest(folder, '.git') ?? nearest(folder, 'package.json') ?? (isBelow(folder, cwd) ? cwd : folder)
  return realpath(found)
}

/** Returns the files whose real place is in none of the folders: a link leads out of them. */
export async function filesOutside(files: readonly string[], folders: readonly string[]): Promise<string[]> {
  const roots = await Promise.all(folders.map((folder) => realpath(folder)))
  const places = await Promise.all(files.map((file) => realpath(file)))
  return places.filter((place) => !roots.some((root) => isBelow(place, root)))
}

/** Returns a path as the repository names it. */
export function pathIn(root: string, file: string): string {
  return relative(root, file).split(sep).join('/')
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

function nearest(folder: string, name: string): string | null {
  if (existsSync(join(folder, name))) return folder
  return folder === dirname(folder) ? null : nearest(dirname(folder), name)
}
