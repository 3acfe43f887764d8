/** Marks and bounds, drawn over a plot so that their texts lie over nothing. */
import type { LineSeriesOption } from 'echarts'
import type { ChartBound, ChartMark, ChartUnit } from '../../model/chart.ts'
import { MARK_STYLES, VEIL_OPACITY } from '../../text/chart-palette.ts'
import { formatOnChart } from '../../text/chart-text.ts'
import { type PlotBox, textAt } from './frame.ts'
import { BAD, colourOf, INK_SOFT, PAPER } from './palette.ts'
import type { Scale, Scales } from './scale.ts'
import { FONT_FAMILY, shortText, TEXT_PX, textWidthPx } from './text.ts'

/** Height of one line of texts above the plot. */
export const LANE_PX = 17
const MARK_TEXT_PX = 12
const MARK_WIDTH_PX = 260
const MARK_GAP_PX = 8
const LANES_MAX = 4
const BOUND_WIDTH_PX = 330
const BOUND_HEIGHT_PX = 20

const HALO_PX = 3
/** A halo of paper: words stay readable over lines. */
const HALO = { stroke: PAPER, lineWidth: HALO_PX }
const BOUND_LINE = { color: BAD, type: [6, 4], width: 1.5 }
const BOUND_LABEL = {
  show: true,
  color: BAD,
  fontSize: TEXT_PX,
  fontFamily: FONT_FAMILY,
  textBorderColor: PAPER,
  textBorderWidth: HALO_PX,
} as const

interface LaidMark {
  readonly mark: ChartMark
  /** From the left of the plot. */
  readonly fromPx: number
  readonly toPx: number | null
  readonly text: string
  readonly textPx: number
  /** 0 next to the plot; null where all lanes are full: the line still stands, without words. */
  readonly lane: number | null
}

export interface LaidMarks {
  readonly laneCount: number
  readonly laid: readonly LaidMark[]
}

/**
 * Finds each text a lane in which it lies beside the others. From the right, as the line of a mark goes up to its text:
 * so it passes left of those in lower lanes.
 */
export function layMarks(marks: readonly ChartMark[], x: Scale, widthPx: number): LaidMarks {
  const pxOf = (value: number) =>
    Math.min(widthPx, Math.max(0, ((value - x.min) / (x.max - x.min)) * widthPx))
  const freeToPx: number[] = []
  const laid = marks
    .toSorted((a, b) => b.x - a.x)
    .map((mark) => {
      const text = shortText(mark.label, MARK_WIDTH_PX, MARK_TEXT_PX)
      const textWidth = textWidthPx(text, MARK_TEXT_PX)
      const fromPx = pxOf(mark.x)
      const textPx = Math.max(0, Math.min(fromPx, widthPx - textWidth))
      const lanes = Array.from({ length: LANES_MAX }, (_, lane) => lane)
      const lane = lanes.find((at) => (freeToPx[at] ?? widthPx) >= textPx + textWidth) ?? null
      if (lane !== null) freeToPx[lane] = textPx - MARK_GAP_PX
      return { mark, fromPx, toPx: mark.toX === null ? null : pxOf(mark.toX), text, textPx, lane }
    })
  return { laid, laneCount: freeToPx.length }
}

/** A vertical line for each mark, a veil over stretches that are more than a phase, the texts above. */
export function markShapes({ laid }: LaidMarks, box: PlotBox): object[] {
  return laid.flatMap(({ mark, fromPx, toPx, text, textPx, lane }) => {
    const { isDashed, hasVeil, ...style } = MARK_STYLES[mark.kind]
    const colour = colourOf(style.colour)
    const [left, top] = [box.left + fromPx, box.top - (lane ?? 0) * LANE_PX]
    const line = {
      type: 'line',
      silent: true,
      z: 1,
      shape: { x1: left, y1: lane === null ? box.top : top - 3, x2: left, y2: box.top + box.height },
      style: { stroke: colour, lineWidth: 1.5, ...(isDashed ? { lineDash: [3, 3] } : {}) },
    }
    const veil = {
      type: 'rect',
      silent: true,
      z: 0,
      shape: { x: left, y: box.top, width: (toPx ?? fromPx) - fromPx, height: box.height },
      style: { fill: colour, opacity: VEIL_OPACITY },
    }
    const words = textAt(text, {
      x: box.left + textPx,
      y: top - LANE_PX + 1,
      fontSize: MARK_TEXT_PX,
      fill: mark.kind === 'phase' ? INK_SOFT : colour,
      ...HALO,
    })
    return [line, ...(toPx === null || !hasVeil ? [] : [veil]), ...(lane === null ? [] : [words])]
  })
}

/** Part of a plot, in places of its scales. */
export interface Area {
  readonly fromX: number
  readonly toX: number
  readonly fromY: number
  readonly toY: number
}

export interface Plot extends Scales {
  readonly box: PlotBox
  /** Unit of the y axis. */
  readonly unit: ChartUnit
  /** Counts the points that are drawn in an area. */
  crowdIn(area: Area): number
}

/** A dashed level for each bound, with its words where the least is drawn; what is beyond is named at the upper edge. */
export function boundLines(bounds: readonly ChartBound[], plot: Plot): LineSeriesOption {
  const placed = bounds.flatMap(({ label, value }) => {
    const place = plot.y.place(value)
    return place === null
      ? []
      : [{ label, value, place: Math.min(place, plot.y.max), isBeyond: place > plot.y.max }]
  })
  // Words may lie on no other bound, nor on its words.
  const taken = placed.filter(({ isBeyond }) => !isBeyond).map(({ place }) => levelOf(place, plot))
  const lines = placed.map(({ label, value, place, isBeyond }) => {
    const figure = ` ${formatOnChart(value, plot.unit)}${isBeyond ? ' ↑' : ''}`
    const text = shortText(label, BOUND_WIDTH_PX - textWidthPx(figure)) + figure
    const { position, area } = quietCorner(place, { text, taken, plot })
    taken.push(area)
    return {
      yAxis: place,
      label: { ...BOUND_LABEL, formatter: () => text, position },
      ...(isBeyond ? { lineStyle: { ...BOUND_LINE, opacity: 0 } } : {}),
    }
  })
  return {
    type: 'line',
    name: 'bounds',
    data: [],
    silent: true,
    // ECharts would round a bound to two decimals: an error ratio of 0.1 % to none.
    markLine: { silent: true, symbol: 'none', precision: 12, z: 6, lineStyle: BOUND_LINE, data: lines },
  }
}

interface Corner {
  readonly position: 'insideEndTop' | 'insideStartTop' | 'insideEndBottom' | 'insideStartBottom'
  readonly area: Area
}

/** Over or under a bound, at its right or left end. */
function quietCorner(
  place: number,
  { text, taken, plot }: { readonly text: string; readonly taken: readonly Area[]; readonly plot: Plot },
): Corner {
  const { x, y, box } = plot
  const width = ((textWidthPx(text) + TEXT_PX) / box.width) * (x.max - x.min)
  const height = (BOUND_HEIGHT_PX / box.height) * (y.max - y.min)
  const right = { fromX: x.max - width, toX: x.max }
  const left = { fromX: x.min, toX: x.min + width }
  const over = { fromY: place, toY: place + height }
  const under = { fromY: place - height, toY: place }
  const corners: Corner[] = [
    { position: 'insideEndTop', area: { ...right, ...over } },
    { position: 'insideStartTop', area: { ...left, ...over } },
    { position: 'insideEndBottom', area: { ...right, ...under } },
    { position: 'insideStartBottom', area: { ...left, ...under } },
  ]
  const crowd = ({ area }: Corner) => {
    const outside = area.toY > y.max || area.fromY < y.min
    return outside || taken.some((other) => overlap(area, other))
      ? Number.POSITIVE_INFINITY
      : plot.crowdIn(area)
  }
  return corners.reduce((best, corner) => (crowd(corner) < crowd(best) ? corner : best))
}

function levelOf(place: number, { x }: Plot): Area {
  return { fromX: x.min, toX: x.max, fromY: place, toY: place }
}

function overlap(a: Area, b: Area): boolean {
  return a.fromX < b.toX && b.fromX < a.toX && a.fromY < b.toY && b.fromY < a.toY
}
