/** The account of an import as comments at the top of the file that is written. */
import type { ImportReport } from './report.ts'

/** Returns lines of text, without the marks of comments. */
export function commentLines(origin: string, report: ImportReport): readonly string[] {
  const { secrets, losses, notes } = report
  return [
    `Imported from ${origin} by proofload import.`,
    ...section(
      'Set these in the environment (NAME, or NAME_FILE with the path of a file):',
      secretLines(secrets),
    ),
    ...section('To know:', notes),
    ...section('Not carried over:', losses),
  ].map(oneLine)
}

/** Writes each secret with what it is. */
export function secretLines(secrets: ImportReport['secrets']): readonly string[] {
  return secrets.map(([name, what]) => `${name}: ${what}`)
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `- ${line}`)]
}

/** A comment that holds an end of line of the file would be no comment any more. */
function oneLine(text: string): string {
  return text.replace(/[\r\n\u2028\u2029\p{Cc}]+/gu, ' ').replaceAll('*/', '* /')
}
