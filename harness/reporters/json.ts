import type { Reporter } from '../ports/reporter.ts'

/** `verdict.json`: the verdict document, for programs. */
export const jsonReporter: Reporter = {
  name: 'verdict',
  fileName: 'verdict.json',
  render: ({ verdict }) => `${JSON.stringify(verdict, null, 2)}\n`,
}
