import { visible } from '../base/visible.ts'
import type { ReportInput, TextReporter } from '../ports/reporter.ts'
import { titleOf } from '../text/demand-text.ts'
import { causeText } from '../text/headline.ts'
import { outcomeText } from '../text/outcome-text.ts'
import { type Finding, findingsOf, isTolerated } from './findings.ts'

/** The maximum number of each level and step; GitHub silently drops the others. */
const SHOWN_MAX = 10

/** `annotations.txt`: workflow commands that GitHub shows as annotations, the worst first. The page is `markdown`. */
export const githubReporter: TextReporter = {
  name: 'github',
  fileName: 'annotations.txt',
  render(input) {
    const findings = findingsOf(input.verdict)
    const levelOf = isTolerated(input.verdict) ? toleratedLevel : usualLevel
    const commands = LEVELS.flatMap((level) =>
      commandsOf(level, (finding) => levelOf(finding) === level, findings, input),
    )
    const lines = commands.length === 0 ? [goodNews(input)] : commands
    return `${lines.join('\n')}\n`
  },
}

const LEVELS = ['error', 'warning', 'notice'] as const
type Level = (typeof LEVELS)[number]

function usualLevel({ kind, severity }: Finding): Level {
  if (kind === 'error') return 'error'
  return severity === 'info' ? 'notice' : 'warning'
}

/** The level where nothing was shown, and that is accepted. */
function toleratedLevel(finding: Finding): Level {
  return finding.kind === 'error' ? 'warning' : usualLevel(finding)
}

/** At most ten: where there are more, the last one says so. */
function commandsOf(
  level: Level,
  isOf: (finding: Finding) => boolean,
  all: readonly Finding[],
  input: ReportInput,
): string[] {
  const findings = all.filter(isOf)
  const shown = findings.length <= SHOWN_MAX ? findings : findings.slice(0, SHOWN_MAX - 1)
  const title = `${outcomeText(input.verdict.outcome)} ${input.verdict.scenario}`
  const commands = shown.map((finding) =>
    commandOf(level, input, annotationTitle(finding, title), textOf(finding)),
  )
  const more = findings.length - shown.length
  return more === 0
    ? commands
    : [...commands, commandOf(level, input, title, `${more} more: see the summary of the job`)]
}

function annotationTitle({ about, code }: Finding, prefix: string): string {
  return `${prefix}: ${about === null ? code.toLowerCase().replaceAll('_', ' ') : titleOf(about)}`
}

function textOf({ message, headline, where, confidence, risk }: Finding): string {
  const lines = [headline ?? message, headline === null ? where : '', confidence, risk?.recommendation ?? '']
  return lines
    .filter((line) => line !== '')
    .map(visible)
    .join('\n')
}

function goodNews(input: ReportInput): string {
  const { verdict } = input
  return commandOf('notice', input, `${outcomeText(verdict.outcome)} ${verdict.scenario}`, causeText(verdict))
}

function commandOf(level: Level, { record }: ReportInput, title: string, message: string): string {
  const file = record.scenarioFile === null ? [] : [`file=${escapeProperty(record.scenarioFile)},line=1`]
  return `::${level} ${[...file, `title=${escapeProperty(title)}`].join(',')}::${escapeMessage(message)}`
}

function escapeMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeMessage(visible(text)).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
