/** All ways to tell a finished run: those that are text, and pictures, which need libraries that draw. */
import { createRegistry } from '../base/registry.ts'
import type { Reporter } from '../ports/reporter.ts'
import { reporters } from '../reporters/index.ts'
import { pngReport } from './png-report.ts'

export const reports = createRegistry<Reporter>('report', [...reporters.all, pngReport])
