/** Intervals of a run on disk until they are safe elsewhere: one file, appended to, gone with the run. */
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { HarnessError, messageOf } from '../base/errors.ts'
import type { Spill } from '../ports/host-drive.ts'
import { readRegularTextSync } from '../system/files.ts'

interface Place {
  readonly at: number
  readonly bytes: number
}

export interface SpillLimits {
  readonly bytesMax: number
  /** Texts in memory that the disk did not take. */
  readonly keptMax: number
}

/** A day of a worker, and a minute without a disk. */
const LIMITS: SpillLimits = { bytesMax: 1024 ** 3, keptMax: 60 }

/** @throws HarnessError REPORT_UNWRITABLE when the folder cannot be written */
export function openSpill(folder: string, name: string, limits: SpillLimits = LIMITS): Spill {
  const file = join(folder, `${name}.ndjson`)
  try {
    mkdirSync(folder, { recursive: true })
    return new SpillFile(file, limits)
  } catch (cause) {
    throw new HarnessError('REPORT_UNWRITABLE', `${file} cannot be written: ${messageOf(cause)}`, {
      cause,
      hint: 'Give a folder that can be written with --spill.',
    })
  }
}

/** The lines of a spill that nobody let go, and the file that holds them. */
export interface LeftSpill {
  readonly file: string
  readonly texts: readonly string[]
}

/** Spills of runs that were not let go, of the worker of this name. */
export function leftSpills(folder: string, name: string): readonly LeftSpill[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((file) => file.endsWith(`-${name}.ndjson`))
    .map((file) => join(folder, file))
    .map((file) => ({
      file,
      texts: readRegularTextSync(file)
        .split('\n')
        .filter((text) => text !== ''),
    }))
}

class SpillFile implements Spill {
  readonly #file: string
  readonly #descriptor: number
  readonly #limits: SpillLimits
  readonly #places = new Map<number, Place>()
  readonly #safe = new Set<number>()
  /** Texts that the disk did not take. */
  readonly #kept = new Map<number, string>()
  #end = 0
  #isClosed = false

  constructor(file: string, limits: SpillLimits) {
    this.#file = file
    this.#limits = limits
    this.#descriptor = openSync(file, 'w+')
  }

  put(sequence: number, text: string): boolean {
    const line = Buffer.from(`${text}\n`)
    try {
      if (this.#end + line.length > this.#limits.bytesMax) this.#makeRoom()
      if (this.#end + line.length > this.#limits.bytesMax) return this.#keep(sequence, text)
      this.#write(sequence, line)
      return true
    } catch {
      return this.#keep(sequence, text)
    }
  }

  isSafe(sequence: number): void {
    this.#safe.add(sequence)
    this.#kept.delete(sequence)
  }

  #write(sequence: number, line: Buffer): void {
    const bytes = writeSync(this.#descriptor, line, 0, line.length, this.#end)
    if (bytes < line.length) throw new Error('the disk is full')
    this.#places.set(sequence, { at: this.#end, bytes: line.length - 1 })
    this.#end += line.length
  }

  #keep(sequence: number, text: string): boolean {
    if (this.#kept.size >= this.#limits.keptMax) return false
    this.#kept.set(sequence, text)
    return true
  }

  /** Forgets what is safe elsewhere, and moves the rest to the beginning. */
  #makeRoom(): void {
    const left = [...this.#places].filter(([sequence]) => !this.#safe.has(sequence))
    this.#places.clear()
    this.#end = 0
    // In their order: none is written over before it was read.
    for (const [sequence, place] of left) this.#write(sequence, Buffer.from(`${this.#read(place)}\n`))
    ftruncateSync(this.#descriptor, this.#end)
  }

  get(sequence: number): string {
    const place = this.#places.get(sequence)
    if (place === undefined) return this.#kept.get(sequence) ?? ''
    return this.#read(place)
  }

  #read({ at, bytes }: Place): string {
    const line = Buffer.alloc(bytes)
    readSync(this.#descriptor, line, 0, bytes, at)
    return line.toString()
  }

  drop(): void {
    if (!this.#close()) return
    rmSync(this.#file, { force: true })
  }

  keep(): void {
    if (this.#close() && this.#end === 0) rmSync(this.#file, { force: true })
  }

  /** Returns false when it was closed before. */
  #close(): boolean {
    if (this.#isClosed) return false
    this.#isClosed = true
    closeSync(this.#descriptor)
    return true
  }
}
