/** A chart as SVG, drawn by ECharts without a browser. */
import type { Chart } from '../../model/chart.ts'
import type { Drawing } from './frame.ts'
import { drawHeatMap } from './heat-map.ts'
import { drawLines } from './line-chart.ts'
import { textWidthPx } from './text.ts'
import { drawWaterfall } from './waterfall.ts'

/** An SVG document and its size. The same chart gives the same text. */
export interface Picture {
  readonly svg: string
  readonly widthPx: number
  readonly heightPx: number
}

/** Draws a chart. ECharts is loaded by the first one, not before: it takes a while. */
export async function renderSvg(chart: Chart): Promise<Picture> {
  const { init, setPlatformAPI } = await import('./echarts.ts')
  // Without this ECharts supposes the narrower letters of a browser on Windows.
  setPlatformAPI({ measureText: (text, font) => ({ width: textWidthPx(text, fontPxOf(font)) }) })
  const { option, widthPx, heightPx } = draw(chart)
  const picture = init(null, null, { renderer: 'svg', ssr: true, width: widthPx, height: heightPx })
  picture.setOption(option)
  const svg = withoutCounters(picture.renderToSVGString())
  picture.dispose()
  return { svg, widthPx, heightPx }
}

function draw(chart: Chart): Drawing {
  if (chart.kind === 'lines') return drawLines(chart)
  return chart.kind === 'heat-map' ? drawHeatMap(chart) : drawWaterfall(chart)
}

function fontPxOf(font: string | undefined): number | undefined {
  const size = /([\d.]+)px/.exec(font ?? '')?.[1]
  return size === undefined ? undefined : Number(size)
}

/** Without what ECharts counts up for as long as it is loaded, and needs for a pointer only. Texts hold no quotes here. */
function withoutCounters(svg: string): string {
  return svg
    .replace(/ class="zr[^"]*"/g, '')
    .replace(/<style [\s\S]*?<\/style>\n?/g, '')
    .replace(/( id="|="url\(#)zr\d+-/g, '$1')
}
