import { SarifBuilder, SarifResultBuilder, SarifRuleBuilder, SarifRunBuilder } from 'node-sarif-builder'
import { visible } from '../base/visible.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { ReportInput, TextReporter } from '../ports/reporter.ts'
import { titleOf } from '../text/demand-text.ts'
import { type Finding, findingsOf, isTolerated } from './findings.ts'
import { jsonText } from './json-text.ts'

/** `results.sarif`: SARIF 2.1.0 for code scanning; one rule for each code of a reason, one result for each reason and caution. */
export const sarifReporter: TextReporter = {
  name: 'sarif',
  fileName: 'results.sarif',
  render(input) {
    const findings = findingsOf(input.verdict)
    const run = runOf(input)
    for (const code of new Set(findings.map((finding) => finding.code))) run.addRule(ruleOf(code))
    for (const finding of findings) run.addResult(resultOf(finding, input))
    const log = new SarifBuilder()
    log.addRun(run)
    // Not as the builder's own text: it refuses a log in which a word of its own stands.
    return jsonText(log.buildSarifOutput())
  },
}

function runOf({ record, verdict }: ReportInput): SarifRunBuilder {
  const { scenario, runId, seed, planHash, environment, startedAt, finishedAt } = record
  return new SarifRunBuilder({
    // Up to the last slash it is the category: later runs of the scenario replace this one.
    automationDetails: { id: `proofload/${encodeURIComponent(scenario)}/${runId}` },
    invocations: [
      {
        executionSuccessful: verdict.validity.valid,
        exitCode: verdict.exitCode,
        startTimeUtc: startedAt,
        endTimeUtc: finishedAt,
      },
    ],
    properties: { runId, seed, planHash, outcome: verdict.outcome },
  }).initSimple({ toolDriverName: 'proofload', toolDriverVersion: environment.proofload })
}

function ruleOf(code: string): SarifRuleBuilder {
  const words = code.toLowerCase().replaceAll('_', ' ')
  return new SarifRuleBuilder().initSimple({
    ruleId: code,
    shortDescriptionText: `${words.charAt(0).toUpperCase()}${words.slice(1)}.`,
  })
}

function resultOf(finding: Finding, { record, verdict }: ReportInput): SarifResultBuilder {
  const { code, message, headline, where, confidence, risk } = finding
  const more = [headline === null ? where : '', confidence, risk?.recommendation ?? ''].filter(
    (text) => text !== '',
  )
  return new SarifResultBuilder({
    partialFingerprints: { 'proofload/v1': finding.fingerprint },
    locations: [locationOf(finding, record)],
    properties: {
      severity: finding.severity,
      ...(finding.about === null ? {} : { demand: finding.about }),
      ...(risk === null ? {} : { exposure: risk.exposure }),
    },
  }).initSimple({
    level: levelOf(finding, isTolerated(verdict)),
    messageText: [headline ?? `${message}.`, ...more].map(plainMessage).join('\n'),
    ruleId: code,
  })
}

function levelOf({ kind, severity }: Finding, isAccepted: boolean): 'error' | 'warning' | 'note' {
  if (kind === 'error') return isAccepted ? 'warning' : 'error'
  return severity === 'info' ? 'note' : 'warning'
}

/** Without what a viewer would make a link of. */
function plainMessage(text: string): string {
  return visible(text).replaceAll('](', '] (')
}

function locationOf({ risk, about }: Finding, { scenario, scenarioFile }: RunRecord) {
  const name = risk?.step ?? scenario
  const parts = [scenario, ...(risk?.step ? [risk.step] : []), ...(about === null ? [] : [titleOf(about)])]
  return {
    logicalLocations: [{ name: visible(name), fullyQualifiedName: visible(parts.join('/')) }],
    ...(scenarioFile === null
      ? {}
      : {
          physicalLocation: {
            artifactLocation: { uri: scenarioFile.split('/').map(encodeURIComponent).join('/') },
            region: { startLine: 1 },
          },
        }),
  }
}
