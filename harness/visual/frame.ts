/** What decoders have in common: pixels of frames, how many of them may be, and how a file that is no picture is told. */
import { HarnessError } from '../base/errors.ts'
import { formatCount } from '../base/units.ts'

/** Of all frames that are decoded of one file: comparing that many takes 1.5 GB. A page of 1920 px may be 26,000 px high. */
const PIXELS_MAX = 50_000_000
/** Of one file: as many as the command line of a decoder can name. */
const FRAMES_MAX = 5_000

/** Pixels of one frame: R, G, B, A of 8 bits each, row by row. */
export interface Frame {
  readonly widthPx: number
  readonly heightPx: number
  readonly rgba: Buffer
}

/** What a decoder finds out about a file. */
export interface Decoded {
  readonly widthPx: number
  readonly heightPx: number
  readonly frameCount: number
  /** Frames by their numbers, which rise and count from 0. @throws HarnessError PICTURE_UNREADABLE, FFMPEG_MISSING */
  frames(numbers: readonly number[]): Generator<Frame, void> | AsyncGenerator<Frame, void>
}

/** Numbers (from 0) of the frames to look at: all, or as many as the limits let in, evenly chosen, ends included. */
export function chosenFrames(frameCount: number, framePixels: number): number[] {
  const most = Math.max(1, Math.min(frameCount, FRAMES_MAX, Math.floor(PIXELS_MAX / framePixels)))
  if (most === 1) return [0]
  return Array.from({ length: most }, (_, i) => Math.round((i * (frameCount - 1)) / (most - 1)))
}

/** @throws HarnessError PICTURE_UNREADABLE when there are too many */
export function requireFewPixels(file: string, pixels: number): void {
  if (pixels > PIXELS_MAX)
    throw unreadable(file, `it has ${formatCount(pixels)} pixels, more than ${formatCount(PIXELS_MAX)}`, {
      hint: 'Take a smaller picture, or fewer frames.',
    })
}

/** A file that is no picture, or not one that is compared. */
export function unreadable(
  file: string,
  why: string,
  details: { readonly hint?: string; readonly cause?: unknown } = {},
): HarnessError {
  return new HarnessError('PICTURE_UNREADABLE', `${file} cannot be read as a picture: ${why}`, {
    hint: 'Look at the file: it may be damaged, or cut short while it was written.',
    ...details,
  })
}
