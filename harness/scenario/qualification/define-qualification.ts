import type * as z from 'zod'
import type { ActivityOutcome } from '../../model/qualification.ts'
import type { qualificationSchema } from './schema.ts'

/** The argument of a `check`. */
export interface CheckContext {
  /** The inputs of the activity by name: paths of files, values as text. */
  readonly inputs: Readonly<Record<string, string>>
  /** Its name. */
  readonly plan: string
}

/** The end of a `check`; true is passed, false is failed. */
export type CheckEnd =
  | boolean
  | {
      readonly outcome: Extract<ActivityOutcome, 'passed' | 'failed' | 'inconclusive'>
      readonly message?: string
    }

type Written = z.input<typeof qualificationSchema>
type WrittenActivity = Written['activities'][string]

/** A plan as authors write it: that of a YAML file, with functions where it says `check`. */
export interface QualificationInput extends Omit<Written, 'activities'> {
  readonly activities: Readonly<
    Record<
      string,
      Omit<WrittenActivity, 'check'> & {
        readonly check?: (context: CheckContext) => CheckEnd | Promise<CheckEnd>
      }
    >
  >
}

/** Types a qualification plan; the default export of its module. */
export function defineQualification(plan: QualificationInput): QualificationInput {
  return plan
}
