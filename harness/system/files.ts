/**
 * Files and folders named by users. Opening a pipe or a device may block forever, so only regular files
 * are read; and folders are created level by level, because Node's recursive `mkdir` never ends where the system answers
 * ENOENT, as /proc does.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs'
import { mkdir, open, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { systemCodeOf } from '../base/errors.ts'
import { formatBytes } from '../base/units.ts'

/** Opening a pipe then returns at once; regular files ignore the flag. Absent on Windows. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

export interface ReadLimits {
  /** Larger files are rejected. Default: no limit. */
  readonly bytesMax?: number
}

/** Reads a regular file. Rejects with the system's error, and for other kinds of files with an error that names the kind. */
export async function readRegularFile(path: string, limits: ReadLimits = {}): Promise<Buffer<ArrayBuffer>> {
  const file = await open(path, READ)
  try {
    requireRegular(path, await file.stat(), limits)
    return await file.readFile()
  } finally {
    await file.close()
  }
}

/** Reads a regular file as text. Rejects as `readRegularFile` does. */
export async function readRegularText(path: string, limits: ReadLimits = {}): Promise<string> {
  return (await readRegularFile(path, limits)).toString('utf8')
}

/** The bytes per read when a file is read line by line. */
const READ_BYTES = 1024 ** 2
const LF = 10

/** Yields the lines of a regular file without their LF, holding only one at a time. Rejects as `readRegularFile` does. */
export async function* readRegularLines(path: string): AsyncGenerator<Buffer> {
  const file = await open(path, READ)
  try {
    requireRegular(path, await file.stat(), {})
    let begun: Buffer[] = []
    for await (const bytes of file.createReadStream({ autoClose: false, highWaterMark: READ_BYTES })) {
      let from = 0
      for (let to = bytes.indexOf(LF); to !== -1; to = bytes.indexOf(LF, from)) {
        yield Buffer.concat([...begun, bytes.subarray(from, to)])
        begun = []
        from = to + 1
      }
      if (from < bytes.length) begun.push(bytes.subarray(from))
    }
    if (begun.length > 0) yield Buffer.concat(begun)
  } finally {
    await file.close()
  }
}

/** Reads the text of a regular file synchronously. */
export function readRegularTextSync(path: string, limits: ReadLimits = {}): string {
  const descriptor = openSync(path, READ)
  try {
    requireRegular(path, fstatSync(descriptor), limits)
    return readFileSync(descriptor, 'utf8')
  } finally {
    closeSync(descriptor)
  }
}

/** Appends to a regular file, and creates it if necessary. Rejects as `readRegularFile` does. */
export async function appendRegularFile(path: string, text: string): Promise<void> {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK = 0 } = constants
  const file = await open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK)
  try {
    requireRegular(path, await file.stat(), {})
    await file.writeFile(text)
  } finally {
    await file.close()
  }
}

/** Rejects when the path is an existing file that is not regular; for files that a library opens. */
export async function refuseIrregular(path: string): Promise<void> {
  if (await exists(path)) requireRegular(path, await stat(path), {})
}

/** Creates a folder and its parents; returns those that were missing, outermost first. Rejects with the system's error. */
export async function makeFolder(path: string): Promise<string[]> {
  const missing: string[] = []
  for (let folder = resolve(path); !(await exists(folder)); folder = dirname(folder)) missing.unshift(folder)
  for (const folder of missing) await makeOne(folder)
  return missing
}

async function makeOne(folder: string): Promise<void> {
  try {
    await mkdir(folder)
  } catch (error) {
    // Another process created it first.
    if (systemCodeOf(error) !== 'EEXIST') throw error
  }
}

/** Codes of a path that cannot be anything: nothing has the name, or what is above it is a file. */
const ABSENT: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR'])

/** Returns true when the path exists. Rejects with the system's error when that cannot be determined. */
export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (ABSENT.has(systemCodeOf(error))) return false
    throw error
  }
}

function requireRegular(
  path: string,
  found: Stats,
  { bytesMax = Number.POSITIVE_INFINITY }: ReadLimits,
): void {
  if (!found.isFile()) throw new Error(`${path} is ${kindOf(found)}, not a regular file`)
  if (found.size > bytesMax)
    throw new Error(`${path} has ${formatBytes(found.size)}, more than ${formatBytes(bytesMax)}`)
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a folder'
  if (found.isFIFO()) return 'a pipe (FIFO)'
  return found.isSocket() ? 'a socket' : 'a device'
}
