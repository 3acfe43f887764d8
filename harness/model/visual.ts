/**
 * A picture (or the frames of a moving one) against an approved one: what is looked at, what was found. Comparisons are by
 * structural similarity (SSIM, Wang et al. 2004), over the whole and in tiles, and by the colour of each tile.
 */
import * as z from 'zod'
import type { Immutable } from '../base/immutable.ts'
import { plainName } from '../base/plain-name.ts'
import { recordOf } from '../base/record-of.ts'

/** The suffix of the file beside an approved picture. */
export const APPROVAL_SUFFIX = '.approval.json'

/** Side of a tile in pixels; there is one every half of it, so a defect of this size fills most of one wherever it lies. */
export const TILE_PX = 16

/** Bounds of a comparison that says nothing else. */
export const VISUAL_BOUNDS = {
  meanMin: 0.95,
  /**
   * Measured: a page of text stays above through JPEG down to a quality of 50; a square of 16 px on an even ground, wherever
   * it lies, falls below from 11 of 255 levels on.
   */
  tileMin: 0.8,
  /** CIE76: 2.3 is just noticeable side by side. Measured: JPEG at a quality of 50 moves the colour of a tile by up to 2.8. */
  colourMax: 5,
} as const

const px = z.number().int().min(0)

/** A rectangle in pixels, from the upper left corner. */
export const pixelBoxSchema = z.strictObject({
  x: px.describe('From the left edge, px'),
  y: px.describe('From the upper edge, px'),
  width: px.min(1).describe('px'),
  height: px.min(1).describe('px'),
})
export type PixelBox = z.infer<typeof pixelBoxSchema>

/** Bounds within which two pictures count as the same. */
export const visualBoundsSchema = z.object({
  /** Lowest mean similarity of a frame, 0-1. */
  meanMin: z.number(),
  /** Lowest similarity of a tile, 0-1. */
  tileMin: z.number(),
  /** Largest distance between the mean colours of a tile (CIE76). */
  colourMax: z.number(),
  /** Areas that are not compared. */
  masks: z.array(pixelBoxSchema),
})
export type VisualBounds = Immutable<z.infer<typeof visualBoundsSchema>>

/** The part of a frame where something is worst; frames count from 1. */
const placeSchema = pixelBoxSchema.extend({ frame: z.number().int().min(1) })
export type VisualPlace = z.infer<typeof placeSchema>

export const VISUAL_FINDING_CODES = [
  'NO_BASELINE',
  'COMMAND_FAILED',
  'NOT_WRITTEN',
  'UNREADABLE',
  'SIZE_DIFFERS',
  'FRAME_COUNT_DIFFERS',
  'BLANK',
  'ALL_MASKED',
  'MASK_OUTSIDE',
  'MEAN_BELOW_BOUND',
  'TILE_BELOW_BOUND',
  'COLOUR_DIFFERS',
] as const

/** One thing that is wrong with a picture; `evidence` holds the figures. */
export const visualFindingSchema = z.object({
  code: z.enum(VISUAL_FINDING_CODES),
  message: z.string(),
  evidence: recordOf(z.number()),
})
export type VisualFinding = z.infer<typeof visualFindingSchema>

/** The result for one picture. No findings: it matches the approved one. */
export const visualResultSchema = z.object({
  name: plainName,
  /** Path of the approved picture; null when there is none that can be used. */
  baseline: z.string().nullable(),
  /** Path of the picture that was judged. */
  candidate: z.string(),
  /** The width of the candidate; null when it cannot be read. */
  widthPx: z.number().nullable(),
  heightPx: z.number().nullable(),
  frameCount: z.number().nullable(),
  /** Frames that were looked at, evenly chosen where there are too many. */
  comparedFrameCount: z.number(),
  /** The similarity of the worst frame; null when nothing could be compared. */
  ssimMean: z.number().nullable(),
  ssimWorstTile: z.number().nullable(),
  worstTile: placeSchema.nullable(),
  /** Largest distance of the mean colours of a tile (CIE76), and where. */
  colourDifferenceMax: z.number().nullable(),
  colourTile: placeSchema.nullable(),
  findings: z.array(visualFindingSchema),
  /** The paths of the written pictures, relative to the working directory; null for those not written. */
  files: z.object({
    candidate: z.string().nullable(),
    difference: z.string().nullable(),
    sideBySide: z.string().nullable(),
  }),
})
export type VisualResult = z.infer<typeof visualResultSchema>

/** The content of the file beside an approved picture: the approver, and a hash that detects changes. */
export const visualApprovalSchema = z.object({
  schemaVersion: z.literal(1),
  name: plainName,
  /** The name of the picture, in the same folder only. */
  file: z.string().regex(/^[\w-]+\.\w+$/),
  sha256: z.string(),
  sizeBytes: z.number(),
  format: z.string(),
  widthPx: z.number(),
  heightPx: z.number(),
  frameCount: z.number(),
  /** The path of the picture when it was approved, relative to the working directory; only its name when it was elsewhere. */
  source: z.string(),
  approved: z.object({ at: z.string(), by: z.string(), reason: z.string() }),
})
export type VisualApproval = z.infer<typeof visualApprovalSchema>
