/** The step that sends nothing. */
import * as z from 'zod'
import { textWithUnit } from '../base/text-schemas.ts'
import { parseDurationRange } from '../base/units.ts'
import type { Written } from '../base/written.ts'

export const thinkStep = z.strictObject({
  think: textWithUnit(parseDurationRange, '1s..3s').describe('Pause of the user: 2s, or 1s..3s'),
})

/** Makes think time of the user: `think('2s')`, `think('1s..3s')`. */
export function think(time: string): Written<typeof thinkStep> {
  return { think: time }
}
