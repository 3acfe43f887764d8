/** Ways to tell a finished run. A new one is one file and one line here. */
import { createRegistry } from '../base/registry.ts'
import type { Reporter } from '../ports/reporter.ts'
import { consoleReporter } from './console.ts'
import { csvReporter } from './csv.ts'
import { githubReporter } from './github.ts'
import { gitlabReporter } from './gitlab.ts'
import { jsonReporter } from './json.ts'
import { junitReporter } from './junit.ts'
import { markdownReporter } from './markdown.ts'
import { openmetricsReporter } from './openmetrics.ts'
import { sarifReporter } from './sarif.ts'

export const reporters = createRegistry<Reporter>('report', [
  consoleReporter,
  csvReporter,
  githubReporter,
  gitlabReporter,
  jsonReporter,
  junitReporter,
  markdownReporter,
  openmetricsReporter,
  sarifReporter,
])
