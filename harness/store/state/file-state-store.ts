/**
 * State in one JSON file, shared by the processes of a machine (or of a shared folder). A change reads, changes and replaces
 * the file as a whole under a lock; a reader needs no lock, because it sees the old file or the new one and nothing between.
 * Expiries are by the calendar of the machine.
 */
import type { Clock } from '../../base/clock.ts'
import { HarnessError, messageOf, systemCodeOf } from '../../base/errors.ts'
import { readRegularText } from '../../system/files.ts'
import { replaceFile } from '../../system/replace-file.ts'
import { underLock } from '../file-lock.ts'
import { STATE_SCHEMA_VERSION, StateTable, stateDocumentSchema } from './state-table.ts'
import { TableStateStore } from './table-state-store.ts'

/** The file need not be there: it is made by the first change. */
export class FileStateStore extends TableStateStore {
  readonly #file: string
  readonly #clock: Clock
  /** Changes of this process wait for one another here, not at the lock, where waiting means looking again and again. */
  #last: Promise<unknown> = Promise.resolve()

  /** @param file absolute path */
  constructor(file: string, clock: Clock) {
    super()
    this.#file = file
    this.#clock = clock
  }

  override async close(): Promise<void> {
    await this.#last
  }

  protected override change<T>(change: (table: StateTable) => T): Promise<T> {
    const changed = this.#last.then(() => this.#changeUnderLock(change))
    // Who asked for the change hears of its failure; the next one goes on.
    this.#last = changed.catch(() => undefined)
    return changed
  }

  async #changeUnderLock<T>(change: (table: StateTable) => T): Promise<T> {
    try {
      return await underLock(this.#file, async () => {
        const table = await this.read()
        const answer = change(table)
        if (table.changed) await replaceFile(this.#file, `${JSON.stringify(table.document, null, 1)}\n`)
        return answer
      })
    } catch (error) {
      throw this.#unusable(error)
    }
  }

  /** @throws HarnessError STATE_UNREACHABLE */
  protected override async read(): Promise<StateTable> {
    let text: string
    try {
      text = await readRegularText(this.#file)
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return new StateTable(this.#clock)
      throw this.#unusable(error)
    }
    return this.#parse(text)
  }

  #parse(text: string): StateTable {
    try {
      return new StateTable(this.#clock, stateDocumentSchema.parse(JSON.parse(text)))
    } catch (cause) {
      throw new HarnessError(
        'STATE_UNREACHABLE',
        `${this.#file} is not a state file of version ${STATE_SCHEMA_VERSION}`,
        {
          cause,
          hint: 'It was truncated, edited by hand or written by a newer version. Fix or remove it; without it no halt is set, no lock is held, and the audit lines are lost.',
        },
      )
    }
  }

  #unusable(cause: unknown): HarnessError {
    if (cause instanceof HarnessError && cause.code === 'STATE_UNREACHABLE') return cause
    return new HarnessError(
      'STATE_UNREACHABLE',
      `the state file ${this.#file} cannot be used: ${messageOf(cause)}`,
      {
        cause,
        hint:
          (cause instanceof HarnessError ? cause.hint : undefined) ??
          'Make it readable and its folder writable, or choose another place with --state.',
      },
    )
  }
}
