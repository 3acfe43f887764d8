/** Pictures of the target that a run compares with approved ones. */
import * as z from 'zod'
import { duration } from '../base/text-schemas.ts'
import { pixelBoxSchema, TILE_PX, VISUAL_BOUNDS } from '../model/visual.ts'
import { VISUAL_TIMEOUT } from './defaults.ts'

const similarity = z.number().min(0, '0 or more').max(1, '1 at most')

/** A picture that is compared with the approved one of its name. */
export const visual = z
  .strictObject({
    command: z
      .string()
      .min(1)
      .optional()
      .describe('Writes the file when the load has ended, by the shell; none when the run itself writes it'),
    file: z.string().min(1).describe('The picture: png, jpeg, webp, avif, gif, or a video'),
    timeout: duration.optional().describe(`Limit of the command. Default: ${VISUAL_TIMEOUT}.`),
    mean: similarity
      .optional()
      .describe(`Least similarity of a frame (SSIM, 0-1). Default: ${VISUAL_BOUNDS.meanMin}.`),
    tile: similarity
      .optional()
      .describe(`Least similarity of any ${TILE_PX} px tile. Default: ${VISUAL_BOUNDS.tileMin}.`),
    colour: z
      .number()
      .min(0)
      .optional()
      .describe(`Largest distance of the colour of a tile (CIE76). Default: ${VISUAL_BOUNDS.colourMax}.`),
    masks: z.array(pixelBoxSchema).optional().describe('Nothing in these is looked at'),
  })
  .describe('A picture and what it has to be like')
export type VisualDocument = z.output<typeof visual>
