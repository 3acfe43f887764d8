import { HarnessError, messageOf } from '../../base/errors.ts'

/** An error as callers get it. */
export function errorData(error: unknown): Record<string, unknown> {
  if (!(error instanceof HarnessError))
    return { code: 'INTERNAL', message: messageOf(error), hint: null, problems: [] }
  const { code, message, hint = null, problems } = error
  return { code, message, hint, problems }
}
