/** A run as one file that opens from disk: nothing in it is fetched, and nothing runs that is not the report's own. */

import { html } from 'hono/html'
import type { RunCharts } from '../../model/chart.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { Verdict } from '../../model/verdict.ts'
import { findingsOf } from '../../reporters/findings.ts'
import { verdictWord } from '../../text/headline.ts'
import type { PageAssets } from '../page-assets.ts'
import { detailSections } from './details.ts'
import { renderDocument } from './document.ts'
import { firstScreen } from './first-screen.ts'
import { NO_PICTURES, type ReportPictures } from './visual-figures.ts'

/** Everything that the report of a run is made from. */
export interface HtmlReportInput {
  readonly record: RunRecord
  readonly verdict: Verdict
  readonly charts: RunCharts
  readonly assets: PageAssets
  readonly pictures?: ReportPictures
}

/** The whole document. */
export async function renderHtmlReport({
  record,
  verdict,
  charts,
  assets,
  pictures = NO_PICTURES,
}: HtmlReportInput): Promise<string> {
  const ordered = isPictured(verdict, pictures)
    ? { first: [], others: [...charts.first, ...charts.others] }
    : charts
  return await renderDocument({
    title: `${verdictWord(verdict)}: ${verdict.scenario}`,
    places: [
      ['tables', 'Tables'],
      ['charts', 'Charts'],
      ['plan', 'Plan'],
    ],
    body: html`${firstScreen(record, verdict, ordered, pictures)}${detailSections(record, verdict, ordered)}`,
    assets,
  })
}

/** True where the worst reason is shown by its picture, and not by charts of what went well. */
function isPictured(verdict: Verdict, { shown }: ReportPictures): boolean {
  const [worst] = findingsOf(verdict)
  return shown.some(({ visual }) => visual === worst?.visual)
}
