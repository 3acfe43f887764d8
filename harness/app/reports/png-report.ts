/** Pictures of a run for mail, chat and comments: what shows the reasons of its verdict, and what people always ask for. */
import { runCharts } from '../../charts/run-charts.ts'
import type { Chart } from '../../model/chart.ts'
import type { Reporter, ReportInput } from '../../ports/reporter.ts'
import { renderSvg } from '../../reporters/pictures/svg.ts'
import { createPngWriter } from '../../store/png.ts'

/** Shown whatever the verdict is; the rest of the charts is for the HTML report, where people choose. */
const ALWAYS: readonly string[] = ['latency-over-time', 'spectrum', 'heat-map', 'component-waterfall']

/** `charts/<id>.png`. */
export const pngReport: Reporter = {
  name: 'png',
  fileName: 'charts',
  async render(input) {
    const toPng = await createPngWriter()
    const files = []
    for (const chart of chartsOf(input)) {
      const { svg } = await renderSvg(chart)
      files.push({ name: `${chart.id}.png`, bytes: await toPng(svg) })
    }
    return files
  },
}

function chartsOf({ record, verdict, baseline = null }: ReportInput): readonly Chart[] {
  const { first, others } = runCharts({ record, verdict, baseline })
  return [...first, ...others.filter(({ id }) => ALWAYS.includes(id))]
}
