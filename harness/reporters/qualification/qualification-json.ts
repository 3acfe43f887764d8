/** `qualify.json`: all that is known of a qualification. */
import type { QualificationRecord } from '../../model/qualification.ts'

export function qualificationJson(record: QualificationRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`
}
