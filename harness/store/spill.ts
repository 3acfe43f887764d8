/** Intervals of a run on disk until they are safe elsewhere: one file, appended to, gone with the run. */
import { closeSync, mkdirSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { HarnessError, messageOf } from '../base/errors.ts'
import type { Spill } from '../ports/host-drive.ts'

interface Place {
  readonly at: number
  readonly bytes: number
}

/** @throws HarnessError REPORT_UNWRITABLE when the folder cannot be written */
export function openSpill(folder: string, name: string): Spill {
  const file = join(folder, `${name}.ndjson`)
  try {
    mkdirSync(folder, { recursive: true })
    return new SpillFile(file)
  } catch (cause) {
    throw new HarnessError('REPORT_UNWRITABLE', `${file} cannot be written: ${messageOf(cause)}`, {
      cause,
      hint: 'Give a folder that can be written with --spill.',
    })
  }
}

class SpillFile implements Spill {
  readonly #file: string
  readonly #descriptor: number
  readonly #places = new Map<number, Place>()
  /** Texts that the disk did not take. */
  readonly #kept = new Map<number, string>()
  #end = 0
  #isDropped = false

  constructor(file: string) {
    this.#file = file
    this.#descriptor = openSync(file, 'w+')
  }

  put(sequence: number, text: string): void {
    const line = Buffer.from(`${text}\n`)
    try {
      const bytes = writeSync(this.#descriptor, line, 0, line.length, this.#end)
      if (bytes < line.length) throw new Error('the disk is full')
      this.#places.set(sequence, { at: this.#end, bytes: line.length - 1 })
      this.#end += line.length
    } catch {
      this.#kept.set(sequence, text)
    }
  }

  get(sequence: number): string {
    const place = this.#places.get(sequence)
    if (place === undefined) return this.#kept.get(sequence) ?? ''
    const line = Buffer.alloc(place.bytes)
    readSync(this.#descriptor, line, 0, place.bytes, place.at)
    return line.toString()
  }

  drop(): void {
    if (this.#isDropped) return
    this.#isDropped = true
    closeSync(this.#descriptor)
    rmSync(this.#file, { force: true })
  }
}
