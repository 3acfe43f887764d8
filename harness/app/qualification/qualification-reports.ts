/** The forms in which a qualification is told, besides `qualify.json`. A new one is one line here. */
import { createRegistry } from '../../base/registry.ts'
import type { QualificationRecord } from '../../model/qualification.ts'

/** One form of a qualification. */
interface QualificationReport {
  readonly name: string
  /** A file in the folder of the qualification. */
  readonly fileName: string
  render(record: QualificationRecord): string | Promise<string>
}

export const qualificationReports = createRegistry<QualificationReport>('report', [])

export const DEFAULT_QUALIFICATION_REPORTS: readonly string[] = qualificationReports.names
