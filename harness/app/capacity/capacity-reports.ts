/** The forms in which a search for a capacity is told. A new one is one line here. */
import { createRegistry } from '../../base/registry.ts'
import { capacitySearchCharts } from '../../charts/capacity-search-charts.ts'
import { capacityJunit } from '../../reporters/capacity/capacity-junit.ts'
import { capacityMarkdown } from '../../reporters/capacity/capacity-markdown.ts'
import type { AnsweredCapacity } from '../../text/capacity-text.ts'
import { loadPageAssets } from '../../web/page-assets.ts'
import { renderCapacityReport } from '../../web/report/render-capacity.ts'
import { renderPictures } from './render-pictures.ts'

/** One form of a finished search. */
interface CapacityReport {
  readonly name: string
  /** A file in the folder of the search, or a folder in it. */
  readonly fileName: string
  render(record: AnsweredCapacity): string | Promise<string | readonly { name: string; bytes: Uint8Array }[]>
}

export const capacityReports = createRegistry<CapacityReport>('report', [
  {
    name: 'html',
    fileName: 'capacity.html',
    render: async (record) => renderCapacityReport(record, await loadPageAssets()),
  },
  { name: 'markdown', fileName: 'summary.md', render: capacityMarkdown },
  { name: 'junit', fileName: 'junit.xml', render: capacityJunit },
  { name: 'png', fileName: 'charts', render: (record) => renderPictures(capacitySearchCharts(record)) },
])

export const DEFAULT_CAPACITY_REPORTS: readonly string[] = ['markdown', 'html']
