/** An objective on a picture, which reads better as a call than as text. */
import type { Written } from '../base/written.ts'
import type { objective } from './objective-schema.ts'

type ObjectiveSettings = Exclude<Written<typeof objective>, string>

/** Settings of an objective on a picture: how bad a miss is and what it leads to. It cannot be watched while load runs. */
export type VisualObjectiveSettings = Omit<
  ObjectiveSettings,
  'expect' | 'minSamples' | 'window' | 'for' | 'grace' | 'abort'
>

/** Nothing may be wrong with the picture of that name in `visuals`: `objectives: [visual('homepage', { severity: 'critical' })]`. */
export function visual(name: string, settings: VisualObjectiveSettings = {}): ObjectiveSettings {
  return { expect: `visual(${name})`, ...settings }
}
