/** The contract of a format that can be imported. */
import type { Imported } from './imported.ts'
import type { ImportReport } from './report.ts'
import type { ImportSource } from './source.ts'

export interface ImportFormat {
  /** As `--from` has it. */
  readonly name: string
  /** For people. */
  readonly title: string
  /** Tells a file of this format by a look at it. @throws HarnessError IMPORT_INVALID for a file that is broken, whatever its format */
  isLikely(source: ImportSource): boolean
  /** @throws HarnessError IMPORT_INVALID with what is wrong, and what to do */
  read(source: ImportSource, report: ImportReport): Imported
}
