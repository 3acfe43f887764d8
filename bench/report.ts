/**
 * The HTML report of long runs: how long it takes to make, charts included, and how large it is. `npm run bench:report`,
 * ROUNDS from the environment.
 */
import { median } from 'simple-statistics'
import { runCharts } from '../harness/charts/run-charts.ts'
import { loadPageAssets } from '../harness/web/page-assets.ts'
import { renderHtmlReport } from '../harness/web/report/render-report.ts'
import { aLongRun } from '../test/kit/long-record.ts'
import { type BenchRow, reportRows } from './kit/report.ts'
import { brief } from './kit/rounds.ts'

const ROUNDS = Number(process.env['ROUNDS'] ?? 5)

async function rowsOf(hours: number): Promise<BenchRow[]> {
  const assets = await loadPageAssets()
  const run = aLongRun(hours)
  const eachMs: number[] = []
  let bytes = 0
  for (let round = 0; round < ROUNDS; round++) {
    const fromMs = performance.now()
    const page = await renderHtmlReport({ ...run, charts: runCharts({ ...run, baseline: null }), assets })
    eachMs.push(performance.now() - fromMs)
    bytes = Buffer.byteLength(page)
  }
  const work = `HTML report of ${hours} h, 300 intervals of 5 steps`
  return [
    {
      work,
      bar: { atMost: 2000 },
      figure: median(eachMs),
      unit: ' ms',
      raw: `${eachMs.map(brief).join(', ')} ms; the first one reads the code, too`,
    },
    { work: `${work}: size`, bar: { atMost: 500 }, figure: bytes / 1000, unit: ' kB', raw: `${bytes} bytes` },
  ]
}

reportRows(`Report, node ${process.version}`, [...(await rowsOf(1)), ...(await rowsOf(24))])
