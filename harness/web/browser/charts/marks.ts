/** Marks and bounds of a chart, drawn over and under its lines. */
import type uPlot from 'uplot'
import type { ChartMark, LineChart } from '../../../model/chart.ts'
import { type ChartPalette, colourOf, MARK_STYLES, VEIL_OPACITY } from '../../../text/chart-palette.ts'
import { formatOnChart } from '../../../text/chart-text.ts'

const ROW_PX = 16

/** Lines of text above the picture: one for phases, one for breaches, one for what was done. */
export function labelRows({ marks }: LineChart): number {
  return new Set(marks.map(rowOf)).size
}

/** From above, in the order of the alphabet. */
function rowOf({ kind }: ChartMark): 'action' | 'breach' | 'phase' {
  return kind === 'phase' || kind === 'breach' ? kind : 'action'
}

/** Shades stretches behind the lines. */
export function drawStretches(plot: uPlot, { marks }: LineChart, palette: ChartPalette): void {
  for (const mark of marks) {
    const { colour, hasVeil } = MARK_STYLES[mark.kind]
    if (!hasVeil || mark.toX === null) continue
    const [from, to] = [edge(plot, mark.x), edge(plot, mark.toX)]
    plot.ctx.save()
    plot.ctx.globalAlpha = VEIL_OPACITY
    plot.ctx.fillStyle = colourOf(palette, colour)
    plot.ctx.fillRect(from, plot.bbox.top, Math.max(1, to - from), plot.bbox.height)
    plot.ctx.restore()
  }
}

/** Levels with their names; those beyond reach are named at the upper edge. */
export function drawBounds(
  plot: uPlot,
  { bounds, yAxis }: LineChart | BoundedPlot,
  palette: ChartPalette,
): void {
  const { ctx, bbox } = plot
  const ratio = devicePixelRatio
  const top = plot.scales['y']?.max ?? 0
  ctx.save()
  ctx.lineWidth = 1.5 * ratio
  ctx.setLineDash([6 * ratio, 4 * ratio])
  ctx.strokeStyle = palette.bad
  const right = bbox.left + bbox.width - 4 * ratio
  let lowest = bbox.top - 2 * ratio
  for (const { label, value } of [...bounds].sort((a, b) => b.value - a.value)) {
    const text = `${label} ${formatOnChart(value, yAxis.unit)}`
    const isBeyond = value > top
    const y = isBeyond ? bbox.top : plot.valToPos(value, 'y', true)
    // Above its line; beneath it where the text of the bound above stands in the way.
    const above = y - 5 * ratio
    const at = above - 11 * ratio >= lowest ? above : Math.max(y, lowest) + 13 * ratio
    lowest = at + 2 * ratio
    write(plot, isBeyond ? `${text} ↑` : text, right, at, palette)
    if (!isBeyond) drawLevel(plot, y)
  }
  ctx.restore()
}

function drawLevel({ ctx, bbox }: uPlot, y: number): void {
  ctx.beginPath()
  ctx.moveTo(bbox.left, y)
  ctx.lineTo(bbox.left + bbox.width, y)
  ctx.stroke()
}

/** A chart with bounds, whatever else it shows. */
export type BoundedPlot = Pick<LineChart, 'bounds' | 'yAxis'>

function write(plot: uPlot, text: string, x: number, y: number, palette: ChartPalette): void {
  const { ctx } = plot
  ctx.save()
  ctx.font = fontOf()
  ctx.textAlign = 'right'
  ctx.textBaseline = 'alphabetic'
  ctx.setLineDash([])
  ctx.lineWidth = 4 * devicePixelRatio
  ctx.strokeStyle = palette.background
  ctx.strokeText(text, x, y)
  ctx.fillStyle = palette.bad
  ctx.fillText(text, x, y)
  ctx.restore()
}

function fontOf(): string {
  return `${11 * devicePixelRatio}px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif`
}

/** Lines at the begin of each mark, and their texts above the picture where there is room. */
export function drawLabels(plot: uPlot, { marks }: LineChart, palette: ChartPalette): void {
  const rows = [...new Set(marks.map(rowOf))].sort()
  for (const [index, row] of rows.entries()) {
    const inRow = marks.filter((mark) => rowOf(mark) === row)
    const y = plot.bbox.top - (5 + (rows.length - 1 - index) * ROW_PX) * devicePixelRatio
    drawRow(plot, inRow, y, palette)
  }
}

function drawRow(plot: uPlot, marks: readonly ChartMark[], y: number, palette: ChartPalette): void {
  const { ctx, bbox } = plot
  const right = bbox.left + bbox.width
  let free = bbox.left
  ctx.save()
  ctx.font = fontOf()
  ctx.textBaseline = 'alphabetic'
  for (const [i, mark] of marks.entries()) {
    const x = plot.valToPos(mark.x, 'x', true)
    const next = marks[i + 1]
    const until = mark.kind === 'phase' && next !== undefined ? plot.valToPos(next.x, 'x', true) : right
    if (x > right || until < bbox.left) continue
    const colour = colourOf(palette, MARK_STYLES[mark.kind].colour)
    if (x > bbox.left) drawInstant(plot, mark, x, colour)
    ctx.fillStyle = colour
    free = writeLabel(ctx, mark.label, { x: Math.max(x, bbox.left), y, until, free, right })
  }
  ctx.restore()
}

/** Writes a label where there is room. Returns where the next one may begin. */
function writeLabel(
  ctx: CanvasRenderingContext2D,
  label: string,
  { x, y, until, free, right }: Readonly<Record<'x' | 'y' | 'until' | 'free' | 'right', number>>,
): number {
  const { width } = ctx.measureText(label)
  const at = Math.min(x, right - width)
  if (at < free || at + width > Math.max(until, right === until ? right : 0)) return free
  ctx.textAlign = 'left'
  ctx.fillText(label, at, y)
  return at + width + 8 * devicePixelRatio
}

function drawInstant(plot: uPlot, mark: ChartMark, x: number, colour: string): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.strokeStyle = colour
  ctx.lineWidth = 1.5 * devicePixelRatio
  ctx.setLineDash(MARK_STYLES[mark.kind].isDashed ? [3 * devicePixelRatio, 3 * devicePixelRatio] : [])
  ctx.beginPath()
  ctx.moveTo(x, bbox.top)
  ctx.lineTo(x, bbox.top + bbox.height)
  ctx.stroke()
  ctx.restore()
}

/** Position on the canvas, kept within the picture. */
function edge(plot: uPlot, x: number): number {
  const { left, width } = plot.bbox
  return Math.min(left + width, Math.max(left, plot.valToPos(x, 'x', true)))
}
