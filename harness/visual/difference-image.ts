/** Pictures of the difference: a heat map over a pale baseline, and both pictures side by side with it. As PNG. */
import sharp from 'sharp'
import { HarnessError } from '../base/errors.ts'
import type { PixelBox } from '../model/visual.ts'
import { type Comparison, framePairs, isSameSize } from './compare.ts'
import type { Decoded, Frame } from './frame.ts'
import { type Planes, planesOf } from './planes.ts'

type Rgb = readonly [number, number, number]

/**
 * The colours from the smallest to the largest difference: lightness falls steadily, so the map can be read without colours, too.
 */
const HEAT: readonly [Rgb, Rgb] = [
  [255, 176, 46],
  [100, 0, 70],
]
/** The difference in levels from which the strongest colour is used. */
const HEAT_LEVELS = 128
const MASK_STRIPES: readonly [Rgb, Rgb] = [
  [205, 205, 205],
  [180, 180, 180],
]
const FRAME_COLOUR: Rgb = [0, 90, 255]
/** The distance of the frame from the marked place, and its thickness. */
const FRAME_GAP_PX = 12
const FRAME_THICK_PX = 3
/** The gap between the pictures side by side. */
const GAP_PX = 16
const BACKDROP = '#70757d'

/** PNG images. */
export interface DifferenceImages {
  /** Null where the sizes differ. */
  readonly difference: Buffer | null
  /** The baseline, the candidate and, for equal sizes, the difference. */
  readonly sideBySide: Buffer
}

/** Draws the frame of the first finding that has a place, else the first frame. @throws HarnessError PICTURE_UNREADABLE */
export async function differenceImages(
  baseline: Decoded,
  candidate: Decoded,
  { findings, worstTile, colourTile }: Comparison,
  masks: readonly PixelBox[],
): Promise<DifferenceImages> {
  const frame = findings.find(({ evidence }) => evidence['frame'] !== undefined)?.evidence['frame'] ?? 1
  const place = [worstTile, colourTile].find((each) => each?.frame === frame) ?? null
  for await (const [one, other] of framePairs(baseline, candidate, [frame - 1])) {
    if (!isSameSize(one, other)) return { difference: null, sideBySide: await besideOneAnother([one, other]) }
    const heated = heatMap(one, other, { masks, place })
    return {
      difference: await besideOneAnother([heated]),
      sideBySide: await besideOneAnother([one, other, heated]),
    }
  }
  throw new HarnessError('INTERNAL', `frame ${frame} was compared and can no longer be decoded`)
}

/** The marks drawn into a heat map. */
interface HeatMarks {
  readonly masks: readonly PixelBox[]
  /** The framed place; null: none. */
  readonly place: PixelBox | null
}

/**
 * Draws frames of one size: pale grey where they are equal, orange to purple where they differ, stripes where masks cover them.
 */
function heatMap(baseline: Frame, candidate: Frame, { masks, place }: HeatMarks): Frame {
  const { widthPx, heightPx } = baseline
  const [ones, others] = [planesOf(baseline), planesOf(candidate)]
  const rgba = Buffer.alloc(baseline.rgba.length, 255)
  for (let i = 0; i < widthPx * heightPx; i++) {
    const levels = levelsApart(ones, others, i)
    rgba.set(levels === 0 ? pale(ones, i) : heat(levels), 4 * i)
  }
  const heated = { widthPx, heightPx, rgba }
  for (const mask of masks) paint(heated, mask, (x, y) => MASK_STRIPES[((x + y) >> 2) & 1] ?? MASK_STRIPES[0])
  if (place !== null) outline(heated, place)
  return heated
}

function besideOneAnother(frames: readonly Frame[]): Promise<Buffer> {
  let left = 0
  const panels = frames.map(({ widthPx, heightPx, rgba }) => {
    const panel = {
      input: rgba,
      raw: { width: widthPx, height: heightPx, channels: 4 as const },
      left,
      top: 0,
    }
    left += widthPx + GAP_PX
    return panel
  })
  const size = { width: left - GAP_PX, height: Math.max(...frames.map(({ heightPx }) => heightPx)) }
  return sharp({ create: { ...size, channels: 3, background: BACKDROP } })
    .composite(panels)
    .png()
    .toBuffer()
}

/** Returns the largest difference of a pixel over the channels, in levels. */
function levelsApart(ones: Planes, others: Planes, pixel: number): number {
  let most = 0
  for (const channel of [0, 1, 2, 3] as const)
    most = Math.max(most, Math.abs((ones[channel][pixel] ?? 0) - (others[channel][pixel] ?? 0)))
  return most
}

function pale([red, green, blue, alpha]: Planes, pixel: number): Rgb {
  const colour = 0.299 * (red[pixel] ?? 0) + 0.587 * (green[pixel] ?? 0) + 0.114 * (blue[pixel] ?? 0)
  const level = 255 - Math.round(((alpha[pixel] ?? 0) - colour) / 4)
  return [level, level, level]
}

function heat(levels: number): Rgb {
  const share = Math.min(1, levels / HEAT_LEVELS)
  const [from, to] = HEAT
  return from.map((level, i) => Math.round(level + share * ((to[i] ?? 0) - level))) as unknown as Rgb
}

function outline(frame: Frame, { x, y, width, height }: PixelBox): void {
  const [left, top] = [x - FRAME_GAP_PX, y - FRAME_GAP_PX]
  const [wide, high] = [width + 2 * FRAME_GAP_PX, height + 2 * FRAME_GAP_PX]
  const sides: readonly PixelBox[] = [
    { x: left, y: top, width: wide, height: FRAME_THICK_PX },
    { x: left, y: top + high - FRAME_THICK_PX, width: wide, height: FRAME_THICK_PX },
    { x: left, y: top, width: FRAME_THICK_PX, height: high },
    { x: left + wide - FRAME_THICK_PX, y: top, width: FRAME_THICK_PX, height: high },
  ]
  for (const side of sides) paint(frame, side, () => FRAME_COLOUR)
}

function paint(
  { widthPx, heightPx, rgba }: Frame,
  box: PixelBox,
  colourAt: (x: number, y: number) => Rgb,
): void {
  for (let y = Math.max(0, box.y); y < Math.min(heightPx, box.y + box.height); y++)
    for (let x = Math.max(0, box.x); x < Math.min(widthPx, box.x + box.width); x++)
      rgba.set(colourAt(x, y), 4 * (y * widthPx + x))
}
