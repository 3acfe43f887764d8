/** Common parts of the decoders: the pixels of frames, their limits, and the error for a file that is not a picture. */
import { HarnessError } from '../base/errors.ts'
import { formatCount } from '../base/units.ts'

/**
 * The maximum over all decoded frames of one file: comparing that many takes 1.5 GB. A page 1920 px wide may be 26,000 px high.
 */
const PIXELS_MAX = 50_000_000
/** The maximum per file: as many as the command line of a decoder can name. */
const FRAMES_MAX = 5_000

/** The pixels of one frame: R, G, B, A of 8 bits each, row by row. */
export interface Frame {
  readonly widthPx: number
  readonly heightPx: number
  readonly rgba: Buffer
}

/** The result of opening a file. */
export interface Decoded {
  readonly widthPx: number
  readonly heightPx: number
  readonly frameCount: number
  /** Decodes frames by their numbers, which rise and count from 0. @throws HarnessError PICTURE_UNREADABLE, FFMPEG_MISSING */
  frames(numbers: readonly number[]): Generator<Frame, void> | AsyncGenerator<Frame, void>
}

/** Returns the numbers (from 0) of the frames to compare: all, or as many as the limits allow, evenly spaced, ends included. */
export function chosenFrames(frameCount: number, framePixels: number): number[] {
  const most = Math.max(1, Math.min(frameCount, FRAMES_MAX, Math.floor(PIXELS_MAX / framePixels)))
  if (most === 1) return [0]
  return Array.from({ length: most }, (_, i) => Math.round((i * (frameCount - 1)) / (most - 1)))
}

/** Checks the limit of pixels. @throws HarnessError PICTURE_UNREADABLE when there are too many */
export function requireFewPixels(file: string, pixels: number): void {
  if (pixels > PIXELS_MAX)
    throw unreadable(file, `it has ${formatCount(pixels)} pixels, more than ${formatCount(PIXELS_MAX)}`, {
      hint: 'Use a smaller picture, or fewer frames.',
    })
}

/** Creates the error for a file that is not a picture, or not one that can be compared. */
export function unreadable(
  file: string,
  why: string,
  details: { readonly hint?: string; readonly cause?: unknown } = {},
): HarnessError {
  return new HarnessError('PICTURE_UNREADABLE', `${file} cannot be read as a picture: ${why}`, {
    hint: 'Check the file: it may be damaged or incomplete.',
    ...details,
  })
}
