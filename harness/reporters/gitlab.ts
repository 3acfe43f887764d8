import { visible } from '../base/visible.ts'
import type { Severity } from '../model/severity.ts'
import type { TextReporter } from '../ports/reporter.ts'
import { findingsOf } from './findings.ts'
import { jsonText } from './json-text.ts'

/** GitLab's words for how bad it is. */
const SEVERITIES: Readonly<Record<Severity, string>> = {
  info: 'info',
  warning: 'minor',
  major: 'major',
  critical: 'critical',
}

/** `gl-code-quality-report.json`: what a merge request shows beside the code. Its metrics report is `openmetrics`. */
export const gitlabReporter: TextReporter = {
  name: 'gitlab',
  fileName: 'gl-code-quality-report.json',
  render: ({ record, verdict }) =>
    jsonText(
      findingsOf(verdict).map(({ code, severity, message, headline, where, fingerprint }) => ({
        description: visible(headline ?? (where === '' ? message : `${message} (${where})`)),
        check_name: code,
        fingerprint,
        severity: SEVERITIES[severity],
        // A finding without a path is dropped.
        location: { path: record.scenarioFile ?? visible(record.scenario), lines: { begin: 1 } },
      })),
    ),
}
