/** Objectives that read better as a call than as text. */
import type { z } from 'zod'
import type { objective } from './schema.ts'

type ObjectiveDocument = Exclude<z.input<typeof objective>, string>

/** What an objective on a picture may be told: how bad a miss is and what it leads to. It cannot be watched while load runs. */
export type VisualObjectiveSettings = Omit<
  ObjectiveDocument,
  'expect' | 'minSamples' | 'window' | 'for' | 'grace' | 'abort'
>

/** Nothing may be wrong with the picture of that name in `visuals`: `objectives: [visual('homepage', { severity: 'critical' })]`. */
export function visual(name: string, settings: VisualObjectiveSettings = {}): ObjectiveDocument {
  return { expect: `visual(${name})`, ...settings }
}
