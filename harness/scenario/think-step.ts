/** Steps that send nothing. */
import * as z from 'zod'
import { duration, textWithUnit } from '../base/text-schemas.ts'
import { parseDurationRange } from '../base/units.ts'
import type { Written } from '../base/written.ts'

export const thinkStep = z.strictObject({
  think: textWithUnit(parseDurationRange, '1s..3s').describe('Pause of the user: 2s, or 1s..3s'),
})

export const paceStep = z.strictObject({
  pace: duration.describe(
    'Pause until so much time has passed since the agent was here the last time: as the first step of a journey or a repeat, it begins at most so often',
  ),
})

export const rendezvousStep = z.strictObject({
  rendezvous: z
    .strictObject({
      agents: z
        .number()
        .int()
        .min(2)
        .describe('Agents of the whole run that have to come, dealt to its threads'),
      timeout: duration.describe('Longest wait of an agent, which goes on alone after it'),
    })
    .describe('Pause until so many agents have come to this step, which go on at one instant'),
})

export type RendezvousDocument = z.output<typeof rendezvousStep>

/** Makes think time of the user: `think('2s')`, `think('1s..3s')`. */
export function think(time: string): Written<typeof thinkStep> {
  return { think: time }
}
