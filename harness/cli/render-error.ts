import pc from 'picocolors'
import { HarnessError, messageOf } from '../base/errors.ts'

/** Renders an error for people: what happened, where, and how to fix it; for a bug, its stack. */
export function renderError(error: unknown): string {
  if (!(error instanceof HarnessError) || error.code === 'INTERNAL') {
    const stack = error instanceof Error ? error.stack : undefined
    return `${pc.red('bug in proofload')}: ${stack ?? messageOf(error)}\nPlease report this with the command you ran.\n`
  }
  const problems = error.problems.map(({ path, message, expected, nearest }) => {
    const details = [
      nearest === undefined ? '' : `did you mean '${nearest}'?`,
      expected === undefined ? '' : `expected: ${expected}`,
    ]
    return [
      `  ${pc.bold(path)}: ${message}`,
      ...details.filter((text) => text !== '').map((text) => `      ${text}`),
    ].join('\n')
  })
  const hint = error.hint === undefined ? [] : [`${pc.cyan('hint')}: ${error.hint}`]
  return `${[`${pc.red('error')} ${error.code}: ${error.message}`, ...problems, ...hint].join('\n')}\n`
}
