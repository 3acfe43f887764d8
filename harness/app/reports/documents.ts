/** All ways to tell a finished run: those that are text, and those that need what a build bundles or libraries that draw. */
import { createRegistry } from '../../base/registry.ts'
import type { Reporter } from '../../ports/reporter.ts'
import { reporters } from '../../reporters/index.ts'
import { htmlReport } from './html-report.ts'
import { pngReport } from './png-report.ts'

export const reports = createRegistry<Reporter>('report', [...reporters.all, htmlReport, pngReport])

/** Reports of a run that nobody chose any for. */
export const DEFAULT_REPORTS: readonly string[] = ['markdown', 'html']
