/** `report.html`: a run for people, in one file. */
import { basename, join } from 'node:path'
import { runCharts } from '../../charts/run-charts.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { VisualResult } from '../../model/visual.ts'
import type { Reporter, ReportInput } from '../../ports/reporter.ts'
import { inlinePicture } from '../../store/inline-picture.ts'
import { RUN_VISUALS_FOLDER } from '../../store/run-folder.ts'
import { loadPageAssets } from '../../web/page-assets.ts'
import { renderHtmlReport } from '../../web/report/render-report.ts'
import type { InlinePicture, ReportPictures } from '../../web/report/visual-figures.ts'

/** Largest size of the document that mail and chat still take. */
const CHARS_MAX = 500_000
/** Left for what is said about the pictures. */
const TEXT_CHARS = 8_000
const PICTURES_MAX = 4

export const htmlReport: Reporter = {
  name: 'html',
  fileName: 'report.html',
  render: renderHtml,
}

/** @throws HarnessError INSTALLATION_BROKEN */
async function renderHtml({ record, verdict, baseline = null, folder = null }: ReportInput): Promise<string> {
  const charts = runCharts({ record, verdict, baseline })
  const parts = { record, verdict, charts, assets: await loadPageAssets() }
  const page = await renderHtmlReport(parts)
  if (folder === null) return page
  const pictures = await picturesOf(record, folder, CHARS_MAX - TEXT_CHARS - page.length)
  const isAny = pictures.shown.length + pictures.leftOutCount > 0
  return isAny ? await renderHtmlReport({ ...parts, pictures }) : page
}

/** Pictures of what differs: first one of each visual, then the differences, while there is room. */
async function picturesOf({ visuals }: RunRecord, folder: string, charsMax: number): Promise<ReportPictures> {
  const wrong = visuals.filter(({ findings }) => findings.length > 0)
  const wanted = [
    ...wrong.flatMap(overviewOf),
    ...wrong.flatMap(({ name, files: { difference } }) =>
      difference === null ? [] : [{ visual: name, what: 'difference', file: difference }],
    ),
  ]
  const shown: InlinePicture[] = []
  let charsLeft = charsMax
  for (const { visual, what, file } of wanted) {
    if (shown.length === PICTURES_MAX) break
    // Folders of runs are moved about, and what a record names is not to lead anywhere else.
    const uri = await inlinePicture(join(folder, RUN_VISUALS_FOLDER, basename(file)), charsLeft)
    if (uri === null) continue
    charsLeft -= uri.length
    shown.push({ visual, what, uri })
  }
  return { shown, leftOutCount: wanted.length - shown.length }
}

function overviewOf({ name, files }: VisualResult) {
  if (files.sideBySide !== null)
    return [{ visual: name, what: 'expected, actual and difference', file: files.sideBySide }]
  return files.candidate === null ? [] : [{ visual: name, what: 'actual', file: files.candidate }]
}
