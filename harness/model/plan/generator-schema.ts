/** Values that a feeder makes by a law, instead of taking them from rows. */
import * as z from 'zod'
import type { Immutable } from '../../base/immutable.ts'

const KEYS_MAX = 2 ** 32
const BYTES_MAX = 2 ** 24

const max = z.number().int().min(1).max(KEYS_MAX).describe('Keys are 1 to max')
const bytes = z.number().int().min(0).max(BYTES_MAX)

/** The law of one field. */
export const generatorSchema = z
  .discriminatedUnion('law', [
    z.strictObject({
      law: z.literal('sequence').describe('Each key in turn, from 1 to max and round again'),
      max,
    }),
    z.strictObject({ law: z.literal('uniform').describe('Every key as often as any other'), max }),
    z.strictObject({
      law: z.literal('gaussian').describe('Keys around a mean'),
      max,
      /** Default: the middle. */
      mean: z.number().optional().describe('Default: the middle.'),
      /** Standard deviation. Default: a sixth of max. */
      deviation: z.number().positive().optional().describe('Standard deviation. Default: a sixth of max.'),
    }),
    z.strictObject({
      law: z.literal('zipf').describe('Key k in proportion to 1 / k^exponent: key 1 is the most popular'),
      max,
      /** Default: 0.99, as YCSB has it. */
      exponent: z.number().positive().max(10).optional().describe('Default: 0.99, as YCSB has it.'),
    }),
    z.strictObject({
      law: z.literal('value').describe('Text of so many bytes'),
      /** One size, a range, or sizes with weights. */
      bytes: z
        .union([
          bytes,
          z.tuple([bytes, bytes]).refine(([low, high]) => low <= high, 'the smaller size first'),
          z
            .array(
              z.strictObject({
                bytes: bytes.describe('Characters of a value'),
                weight: z.number().positive().describe('Share of these values, beside the other weights'),
              }),
            )
            .min(1),
        ])
        .describe('One size, a range [16, 64], or sizes with weights [{ bytes: 32, weight: 9 }, ...]'),
    }),
  ])
  .describe('How the values of a field are made')
export type GeneratorPlan = Immutable<z.infer<typeof generatorSchema>>
