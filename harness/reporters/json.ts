import type { TextReporter } from '../ports/reporter.ts'
import { jsonText } from './json-text.ts'

/** `verdict.json`: the verdict document, for programs. */
export const jsonReporter: TextReporter = {
  name: 'json',
  fileName: 'verdict.json',
  render: ({ verdict }) => jsonText(verdict),
}
