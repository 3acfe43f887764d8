/** Ways to tell a finished run. A new one is one file and one line here. */
import { createRegistry } from '../base/registry.ts'
import type { Reporter } from '../ports/reporter.ts'
import { consoleReporter } from './console.ts'
import { jsonReporter } from './json.ts'
import { markdownReporter } from './markdown.ts'

export const reporters = createRegistry<Reporter>('reporter', [
  consoleReporter,
  jsonReporter,
  markdownReporter,
])
