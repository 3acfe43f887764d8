/**
 * The frame of a plot, laid out before anything is drawn: title, note, legend, axis names. The plot keeps its size
 * and the picture grows, so that nothing lies over anything.
 */
import type { EChartsOption, LegendComponentOption } from 'echarts'
import { INK, INK_SOFT, PAPER, RULE } from './palette.ts'
import type { Scale } from './scale.ts'
import { FONT_FAMILY, shortText, TEXT_PX, textWidthPx, wrappedText } from './text.ts'

/**
 * Mail programs show about 600 px, comments on a change about 800, chats less. 720 with text of 13 px stays readable in
 * all of them; twice the pixels (`store/png.ts`) keep it sharp where screens have them.
 */
export const WIDTH_PX = 720
export const MARGIN_PX = 16

const TITLE_PX = 17
const TITLE_LINE_PX = 23
const LINE_PX = 18
const GAP_PX = 10
const LEGEND_MARK_PX = 22
const LEGEND_GAP_PX = 16
/** Gap of ECharts between the mark and its text. */
const LEGEND_TEXT_GAP_PX = 5
const LEGEND_ROW_PX = LINE_PX + 4
const TICK_LABEL_GAP_PX = 8
/** Bold letters are about this much wider. */
const BOLD = 1.12

/** The place of the plot, px. */
export interface PlotBox {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** A series of ECharts (`name`) as the legend tells it. */
export interface LegendEntry {
  readonly name: string
  readonly text: string
  readonly shape: 'line' | 'patch' | 'point'
}

/** A picture that only has to be drawn. */
export interface Drawing {
  readonly option: EChartsOption
  readonly widthPx: number
  readonly heightPx: number
}

export interface FrameParts {
  readonly title: string
  readonly note: string
  readonly legend: readonly LegendEntry[]
  /** Left of the plot, for the labels of the y axis. */
  readonly labelsWidthPx: number
  /** Between axis name and plot, for what is written about the marks. */
  readonly laneHeightPx: number
  readonly plotHeightPx: number
  /** Names of the axes; '' for none. */
  readonly yName: string
  readonly xName: string
  /** Under the plot, for the labels of the x axis. */
  readonly labelsHeightPx: number
  /** Nothing to draw: said in the plot. */
  readonly isEmpty: boolean
  /** Right of the plot: half of the last label. */
  readonly overhangPx: number
}

export interface Frame {
  readonly box: PlotBox
  readonly heightPx: number
  readonly option: EChartsOption
  /** Texts and shapes at fixed places; a picture may add its own. */
  readonly graphic: readonly object[]
}

/** Left of the plot, so that the widest of these texts fits. */
export function labelsWidthPx(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => textWidthPx(text))) + TICK_LABEL_GAP_PX
}

/** Half of the last label of the x axis. */
export function overhangPx({ ticks }: Scale): number {
  return textWidthPx(ticks[ticks.length - 1]?.text ?? '') / 2
}

export function plotWidthPx(labelsWidth: number, overhang: number): number {
  return WIDTH_PX - MARGIN_PX - labelsWidth - Math.max(MARGIN_PX, overhang + 8)
}

export function frameOf(parts: FrameParts): Frame {
  const innerWidthPx = WIDTH_PX - 2 * MARGIN_PX
  const title = wrappedText(parts.title, innerWidthPx / BOLD, 2, TITLE_PX)
  const note = wrappedText(parts.note, innerWidthPx, 3)
  const noteTop = MARGIN_PX + title.length * TITLE_LINE_PX
  const legendTop = noteTop + note.length * LINE_PX + GAP_PX
  const legends = legendRows(parts.legend, innerWidthPx)
  const nameTop = legendTop + legends.length * LEGEND_ROW_PX + (legends.length > 0 ? GAP_PX : 0)
  const nameHeightPx = parts.yName === '' ? 0 : LINE_PX + GAP_PX
  const box = {
    left: MARGIN_PX + parts.labelsWidthPx,
    top: nameTop + nameHeightPx + parts.laneHeightPx,
    width: plotWidthPx(parts.labelsWidthPx, parts.overhangPx),
    height: parts.plotHeightPx,
  }
  const xNameTop = box.top + box.height + parts.labelsHeightPx
  const heightPx = xNameTop + (parts.xName === '' ? 0 : LINE_PX) + MARGIN_PX
  const middle = { x: box.left + box.width / 2 }
  const lines = (texts: readonly string[], top: number, lineHeight: number, font: object) =>
    texts.map((text, i) => textAt(text, { x: MARGIN_PX, y: top + i * lineHeight, ...font }))
  return {
    box,
    heightPx,
    graphic: [
      ...lines(title, MARGIN_PX, TITLE_LINE_PX, { fontSize: TITLE_PX, fontWeight: 'bold', fill: INK }),
      ...lines(note, noteTop, LINE_PX, {}),
      textAt(shortText(parts.yName, innerWidthPx), { x: MARGIN_PX, y: nameTop, fill: INK }),
      textAt(shortText(parts.xName, box.width), { ...middle, y: xNameTop, align: 'center', fill: INK }),
      ...(parts.isEmpty
        ? [textAt('no data', { ...middle, y: box.top + box.height / 2, align: 'center' })]
        : []),
    ],
    option: {
      animation: false,
      backgroundColor: PAPER,
      textStyle: { fontFamily: FONT_FAMILY, fontSize: TEXT_PX, color: INK },
      grid: { ...box, containLabel: false },
      legend: legends.map((row, i) => legendOption(row, legendTop + i * LEGEND_ROW_PX)),
    },
  }
}

/** Text at a place, by its upper edge; as ECharts takes it in `graphic`. */
export function textAt(
  text: string,
  { x, y, ...style }: { readonly x: number; readonly y: number; readonly [style: string]: unknown },
): object {
  return {
    type: 'text',
    silent: true,
    z: 20,
    x,
    y,
    style: { text, fontFamily: FONT_FAMILY, fontSize: TEXT_PX, fill: INK_SOFT, ...style },
  }
}

/** An axis of ECharts that shows a scale. */
export function axisOption(scale: Scale, withRules: boolean): Record<string, unknown> {
  const places = scale.ticks.map(({ at }) => at)
  const texts = new Map(scale.ticks.map(({ at, text }) => [at, text]))
  return {
    type: 'value',
    min: scale.min,
    max: scale.max,
    axisLine: { show: !withRules, onZero: false, lineStyle: { color: INK_SOFT } },
    axisTick: { show: !withRules, customValues: places, lineStyle: { color: INK_SOFT } },
    splitLine: { show: withRules, lineStyle: { color: RULE } },
    axisLabel: {
      customValues: places,
      margin: TICK_LABEL_GAP_PX,
      color: INK_SOFT,
      fontSize: TEXT_PX,
      fontFamily: FONT_FAMILY,
      hideOverlap: false,
      showMinLabel: true,
      showMaxLabel: true,
      formatter: (at: number) => texts.get(at) ?? '',
    },
  }
}

/** Entries side by side as far as they fit; a legend of its own for each row, so that ECharts need not break it. */
function legendRows(entries: readonly LegendEntry[], widthPx: number): LegendEntry[][] {
  const rows: LegendEntry[][] = []
  let leftPx = 0
  for (const entry of entries) {
    const itemPx = LEGEND_MARK_PX + LEGEND_TEXT_GAP_PX + textWidthPx(entry.text)
    if (itemPx > leftPx) {
      rows.push([])
      leftPx = widthPx
    }
    rows[rows.length - 1]?.push(entry)
    leftPx -= itemPx + LEGEND_GAP_PX
  }
  return rows
}

function legendOption(entries: readonly LegendEntry[], top: number): LegendComponentOption {
  const texts = new Map(entries.map(({ name, text }) => [name, text]))
  return {
    left: MARGIN_PX,
    top,
    padding: 0,
    itemGap: LEGEND_GAP_PX,
    itemWidth: LEGEND_MARK_PX,
    itemHeight: 11,
    selectedMode: false,
    textStyle: { fontFamily: FONT_FAMILY, fontSize: TEXT_PX, color: INK, lineHeight: LINE_PX },
    data: entries.map(({ name, shape }) => ({
      name,
      ...(shape === 'line' ? { itemStyle: { opacity: 0 } } : { icon: shape === 'point' ? 'circle' : 'rect' }),
    })),
    formatter: (name: string) => texts.get(name) ?? '',
  }
}
