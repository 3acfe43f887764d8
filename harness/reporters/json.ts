import { verdictDocument } from '../model/verdict.ts'
import type { TextReporter } from '../ports/reporter.ts'
import { jsonText } from './json-text.ts'

/** `verdict.json`: the verdict with the paths of the files of its run, for programs. */
export const jsonReporter: TextReporter = {
  name: 'json',
  fileName: 'verdict.json',
  render: ({ verdict, files }) => jsonText(verdictDocument(verdict, files)),
}
