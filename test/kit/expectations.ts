import { Template } from '../../harness/base/template.ts'
import type { ExpectationContext } from '../../harness/ports/expectation.ts'
import { httpStatus } from '../../harness/targets/http/status.ts'

/** The context of a declarative step of an HTTP target. */
export const HTTP: ExpectationContext = { status: httpStatus, template: Template.parse }
