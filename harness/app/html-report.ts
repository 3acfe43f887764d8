/** `report.html`: a run for people, in one file. */
import { runCharts } from '../analysis/charts/run-charts.ts'
import type { Reporter, ReportInput } from '../ports/reporter.ts'
import { renderHtmlReport } from '../reporters/html/render-report.ts'
import { loadPageAssets } from '../store/page-assets.ts'

export const htmlReport: Reporter = {
  name: 'html',
  fileName: 'report.html',
  render: renderHtml,
}

/** @throws HarnessError INSTALLATION_BROKEN */
async function renderHtml({ record, verdict, baseline = null }: ReportInput): Promise<string> {
  const charts = runCharts({ record, verdict, baseline })
  return await renderHtmlReport({ record, verdict, charts, assets: await loadPageAssets() })
}
