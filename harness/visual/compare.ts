/**
 * Compares a picture with the approved one, frame by frame: figures of the worst frames, and differences as findings. Nothing is
 * resized.
 */
import { formatAmount } from '../base/units.ts'
import type { PixelBox, VisualBounds, VisualFinding, VisualPlace, VisualResult } from '../model/visual.ts'
import { blankness } from './blank.ts'
import { type ColourDifference, colourDifference } from './colour.ts'
import { chosenFrames, type Decoded, type Frame } from './frame.ts'
import { planesOf } from './planes.ts'
import { type Similarity, similarityOf } from './similarity.ts'

/** The result of a comparison, without names and files. */
export type Comparison = Omit<VisualResult, 'name' | 'baseline' | 'candidate' | 'files'>

/** One pair of frames; `number` counts from 1. */
interface ComparedFrame {
  readonly number: number
  /** The fill of the candidate where the baseline shows something; null when the candidate shows something. */
  readonly blank: string | null
  /** Null where the sizes differ, or masks leave nothing. */
  readonly similarity: Similarity | null
  readonly colour: ColourDifference | null
}

/** Compares two pictures. @throws HarnessError PICTURE_UNREADABLE, FFMPEG_MISSING */
export async function comparePictures(
  baseline: Decoded,
  candidate: Decoded,
  bounds: VisualBounds,
): Promise<Comparison> {
  const frameCount = Math.min(baseline.frameCount, candidate.frameCount)
  const pixels = Math.max(...[baseline, candidate].map(({ widthPx, heightPx }) => widthPx * heightPx))
  const numbers = chosenFrames(frameCount, pixels)
  const frames: ComparedFrame[] = []
  for await (const [one, other] of framePairs(baseline, candidate, numbers))
    frames.push({ number: 1 + (numbers[frames.length] ?? 0), ...compareFrames(one, other, bounds.masks) })
  return {
    widthPx: candidate.widthPx,
    heightPx: candidate.heightPx,
    frameCount: candidate.frameCount,
    comparedFrameCount: frames.length,
    ...figuresOf(frames),
    findings: findingsOf(baseline, candidate, frames, bounds),
  }
}

/** Decodes the same frames of both pictures. */
export async function* framePairs(
  baseline: Decoded,
  candidate: Decoded,
  numbers: readonly number[],
): AsyncGenerator<readonly [baseline: Frame, candidate: Frame], void> {
  const others = candidate.frames(numbers)
  try {
    for await (const one of baseline.frames(numbers)) {
      const other = await others.next()
      if (other.done === true) return
      yield [one, other.value]
    }
  } finally {
    await others.return()
  }
}

function compareFrames(one: Frame, other: Frame, masks: readonly PixelBox[]): Omit<ComparedFrame, 'number'> {
  const [ones, others] = [planesOf(one), planesOf(other)]
  const blank = blankness(others)
  return {
    blank: blank !== null && blankness(ones) === null ? blank : null,
    ...(isSameSize(one, other)
      ? {
          similarity: similarityOf(ones, others, one, masks),
          colour: colourDifference(ones, others, one, masks),
        }
      : { similarity: null, colour: null }),
  }
}

/** Returns true when two frames can be compared pixel by pixel. */
export function isSameSize(one: Pick<Frame, 'widthPx' | 'heightPx'>, other: typeof one): boolean {
  return one.widthPx === other.widthPx && one.heightPx === other.heightPx
}

type Figures = Pick<
  Comparison,
  'ssimMean' | 'ssimWorstTile' | 'worstTile' | 'colourDifferenceMax' | 'colourTile'
>

function figuresOf(frames: readonly ComparedFrame[]): Figures {
  const mean = least(frames, meanIn)
  const tile = least(frames, ({ similarity }) => similarity?.worstTile.ssim)
  const colour = least(frames, (frame) => frame.colour && -frame.colour.distance)
  return {
    ssimMean: mean?.similarity?.mean ?? null,
    ssimWorstTile: tile?.similarity?.worstTile.ssim ?? null,
    worstTile: placeOf(tile, tile?.similarity?.worstTile.box),
    colourDifferenceMax: colour?.colour?.distance ?? null,
    colourTile: placeOf(colour, colour?.colour?.box),
  }
}

const meanIn = ({ similarity }: ComparedFrame): number | undefined => similarity?.mean

/** Returns the first frame with the least value, of those that have one. */
function least(
  frames: readonly ComparedFrame[],
  valueIn: (frame: ComparedFrame) => number | null | undefined,
): ComparedFrame | null {
  return frames.reduce<ComparedFrame | null>((best, frame) => {
    const value = valueIn(frame) ?? null
    if (value === null) return best
    return best === null || value < (valueIn(best) ?? 0) ? frame : best
  }, null)
}

function placeOf(frame: ComparedFrame | null, box: PixelBox | undefined): VisualPlace | null {
  return frame === null || box === undefined ? null : { frame: frame.number, ...box }
}

function findingsOf(
  baseline: Decoded,
  candidate: Decoded,
  frames: readonly ComparedFrame[],
  bounds: VisualBounds,
): VisualFinding[] {
  const isComparable = isSameSize(baseline, candidate)
  return [
    ...(isComparable ? [] : [sizeFinding(baseline, candidate)]),
    ...(baseline.frameCount === candidate.frameCount ? [] : [frameCountFinding(baseline, candidate)]),
    ...blankFindings(frames),
    ...bounds.masks.filter((mask) => !isOn(mask, baseline)).map((mask) => maskFinding(mask, baseline)),
    ...(isComparable ? likenessFindings(frames, bounds) : []),
  ]
}

function sizeFinding(baseline: Decoded, { widthPx, heightPx }: Decoded): VisualFinding {
  const [baselineWidthPx, baselineHeightPx] = [baseline.widthPx, baseline.heightPx]
  return {
    code: 'SIZE_DIFFERS',
    message: `${widthPx} x ${heightPx} px instead of ${baselineWidthPx} x ${baselineHeightPx} px`,
    evidence: { widthPx, heightPx, baselineWidthPx, baselineHeightPx },
  }
}

function frameCountFinding(baseline: Decoded, { frameCount }: Decoded): VisualFinding {
  return {
    code: 'FRAME_COUNT_DIFFERS',
    message: `${formatAmount(frameCount, 'frame')} instead of ${baseline.frameCount}`,
    evidence: { frameCount, baselineFrameCount: baseline.frameCount },
  }
}

function isOn({ x, y }: PixelBox, { widthPx, heightPx }: Decoded): boolean {
  return x < widthPx && y < heightPx
}

/** Creates the finding for a mask that hides nothing, because the area it was meant for is elsewhere. */
function maskFinding({ x, y, width, height }: PixelBox, { widthPx, heightPx }: Decoded): VisualFinding {
  return {
    code: 'MASK_OUTSIDE',
    message: `the mask ${x},${y},${width},${height} lies outside the approved picture of ${widthPx} x ${heightPx} px`,
    evidence: { x, y, width, height, baselineWidthPx: widthPx, baselineHeightPx: heightPx },
  }
}

function blankFindings(frames: readonly ComparedFrame[]): VisualFinding[] {
  const blank = frames.filter((frame) => frame.blank !== null)
  const [first] = blank
  if (first === undefined) return []
  const others = blank.length === 1 ? '' : `, and ${blank.length - 1} more are blank`
  return [
    {
      code: 'BLANK',
      message: `frame ${first.number} is ${first.blank}${others}`,
      evidence: { frame: first.number, blankFrameCount: blank.length },
    },
  ]
}

function likenessFindings(
  frames: readonly ComparedFrame[],
  { meanMin, tileMin, colourMax }: VisualBounds,
): VisualFinding[] {
  const { ssimMean, ssimWorstTile, worstTile, colourDifferenceMax, colourTile } = figuresOf(frames)
  const frame = least(frames, meanIn)?.number
  if (ssimMean === null || ssimWorstTile === null || worstTile === null || frame === undefined)
    return [
      {
        code: 'ALL_MASKED',
        message: 'the masks cover the whole picture: nothing was compared',
        evidence: {},
      },
    ]
  const findings: VisualFinding[] = []
  if (ssimMean < meanMin)
    findings.push({
      code: 'MEAN_BELOW_BOUND',
      message: `mean ${likenessText(ssimMean)} in frame ${frame}, bound >= ${meanMin}`,
      evidence: { ssimMean, bound: meanMin, frame },
    })
  if (ssimWorstTile < tileMin)
    findings.push({
      code: 'TILE_BELOW_BOUND',
      message: `worst tile ${likenessText(ssimWorstTile)} ${placeText(worstTile)}, bound >= ${tileMin}`,
      evidence: { ssimWorstTile, bound: tileMin, ...worstTile },
    })
  if (colourTile !== null && colourDifferenceMax !== null && colourDifferenceMax > colourMax)
    findings.push({
      code: 'COLOUR_DIFFERS',
      message: `colour differs by ${distanceText(colourDifferenceMax)} ${placeText(colourTile)}, bound <= ${colourMax}`,
      evidence: { colourDifferenceMax, bound: colourMax, ...colourTile },
    })
  return findings
}

/** Formats a place: `at 640,384 in frame 1`. */
function placeText({ x, y, frame }: VisualPlace): string {
  return `at ${x},${y} in frame ${frame}`
}

/** Formats a similarity, rounded down so that a value below a bound does not look equal to it. */
export function likenessText(ssim: number): string {
  return (Math.floor(ssim * 1000) / 1000).toFixed(3)
}

/** Formats a distance, rounded up for the same reason. */
export function distanceText(distance: number): string {
  return (Math.ceil(distance * 10) / 10).toFixed(1)
}
