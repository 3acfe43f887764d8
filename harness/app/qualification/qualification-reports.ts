<<<<<<< HEAD
/** The forms in which a qualification is told, besides `qualify.json`. A new one is one line here. */
import { createRegistry } from '../../base/registry.ts'
import type { QualificationRecord } from '../../model/qualification.ts'

/** One form of a qualification. */
=======
/** The forms in which a qualification is told. A new one is one line here. */
import { createRegistry } from '../../base/registry.ts'
import type { QualificationRecord } from '../../model/qualification.ts'
import { qualificationJson } from '../../reporters/qualification/qualification-json.ts'
import { qualificationJunit } from '../../reporters/qualification/qualification-junit.ts'
import { qualificationMarkdown } from '../../reporters/qualification/qualification-markdown.ts'
import { loadPageAssets } from '../../web/page-assets.ts'
import { renderQualificationReport } from '../../web/report/render-qualification.ts'

/** One form of a finished qualification. */
>>>>>>> w-capq
interface QualificationReport {
  readonly name: string
  /** A file in the folder of the qualification. */
  readonly fileName: string
  render(record: QualificationRecord): string | Promise<string>
}

<<<<<<< HEAD
export const qualificationReports = createRegistry<QualificationReport>('report', [])

export const DEFAULT_QUALIFICATION_REPORTS: readonly string[] = qualificationReports.names
=======
export const qualificationReports = createRegistry<QualificationReport>('report', [
  {
    name: 'html',
    fileName: 'qualification.html',
    render: async (record) => renderQualificationReport(record, await loadPageAssets()),
  },
  { name: 'markdown', fileName: 'summary.md', render: qualificationMarkdown },
  { name: 'junit', fileName: 'junit.xml', render: qualificationJunit },
  { name: 'json', fileName: 'qualify.json', render: qualificationJson },
])

export const DEFAULT_QUALIFICATION_REPORTS: readonly string[] = ['markdown', 'html', 'json']
>>>>>>> w-capq
