/** Paths that stay inside a folder, by their text and by the links that are in the way. */
import { realpathSync } from 'node:fs'
import { dirname, isAbsolute, resolve, sep } from 'node:path'

const FOLDERS_KEPT_MAX = 10_000

/** Thrown for a path that would leave the folder. */
export class PathLeavesRoot extends Error {
  override readonly name = 'PathLeavesRoot'
}

/** @throws PathLeavesRoot when the text of a path leads out of the folder it is relative to */
export function requireInside(path: string): void {
  if (isAbsolute(path)) throw new PathLeavesRoot(`the path ${path} is absolute; write it relative to root`)
  if (path.includes('\0')) throw new PathLeavesRoot('a path holds no zero byte')
  const inside = resolve('/root', path)
  if (inside !== '/root' && !inside.startsWith('/root/'))
    throw new PathLeavesRoot(`the path ${path} leaves root`)
}

/**
 * Turns paths into absolute ones. Folders on the way may be links only to places inside; each folder is looked at once, for a look
 * is a request to the file system under load. The last name is not looked at: operations do not follow a link there.
 */
export class Confinement {
  readonly #root: string
  readonly #seen = new Set<string>()

  /** @throws the system's error when there is no such folder */
  constructor(root: string) {
    this.#root = realpathSync(root)
  }

  /** @throws PathLeavesRoot, and the system's error for a folder that is not there */
  resolve(path: string): string {
    requireInside(path)
    const whole = resolve(this.#root, path)
    if (whole !== this.#root) this.#requireFolder(dirname(whole), path)
    return whole
  }

  /** The same for a path that is a folder itself, and is followed when it is a link. */
  resolveFolder(path: string): string {
    const whole = this.resolve(path)
    this.#requireFolder(whole, path)
    return whole
  }

  #requireFolder(folder: string, path: string): void {
    if (folder === this.#root || this.#seen.has(folder)) return
    const real = realpathSync(folder)
    if (real !== this.#root && !real.startsWith(this.#root + (this.#root.endsWith(sep) ? '' : sep)))
      throw new PathLeavesRoot(`the path ${path} leaves root by a link to ${real}`)
    if (this.#seen.size >= FOLDERS_KEPT_MAX) this.#seen.clear()
    this.#seen.add(folder)
  }
}
