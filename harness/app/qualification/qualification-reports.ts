/** The forms in which a qualification is told, besides `qualify.json`. A new one is one line here. */
import { createRegistry } from '../../base/registry.ts'
import type { QualificationRecord } from '../../model/qualification.ts'
import { qualificationJunit } from '../../reporters/qualification/qualification-junit.ts'
import { qualificationMarkdown } from '../../reporters/qualification/qualification-markdown.ts'
import { loadPageAssets } from '../../web/page-assets.ts'
import { renderQualificationReport } from '../../web/report/render-qualification.ts'

/** One form of a finished qualification. */
interface QualificationReport {
  readonly name: string
  /** A file in the folder of the qualification. */
  readonly fileName: string
  render(record: QualificationRecord): string | Promise<string>
}

export const qualificationReports = createRegistry<QualificationReport>('report', [
  {
    name: 'html',
    fileName: 'qualification.html',
    render: async (record) => renderQualificationReport(record, await loadPageAssets()),
  },
  { name: 'markdown', fileName: 'summary.md', render: qualificationMarkdown },
  { name: 'junit', fileName: 'junit.xml', render: qualificationJunit },
])

export const DEFAULT_QUALIFICATION_REPORTS: readonly string[] = ['markdown', 'html']
