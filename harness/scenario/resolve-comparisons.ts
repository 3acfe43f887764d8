/** Turns what a run is compared by into parts of a plan: builds, pictures, the baseline. */
import { parseDurationMs } from '../base/units.ts'
import type { BuildPlan, RunPlan, VisualPlan } from '../model/plan.ts'
import { VISUAL_BOUNDS } from '../model/visual.ts'
import { READY_WITHIN, VISUAL_TIMEOUT } from './defaults.ts'
import type { BuildDocument, ScenarioDocument } from './schema.ts'
import type { VisualDocument } from './visual-schema.ts'

/** Keys of a plan that say what a run is compared with. */
type Comparisons = Pick<RunPlan, 'autoBaseline' | 'builds' | 'visuals'>

/** Resolves them; nothing can be wrong that the schema does not see. */
export function resolveComparisons({ baseline, builds, visuals }: ScenarioDocument): Comparisons {
  return {
    autoBaseline: baseline === 'auto',
    builds: resolveBuilds(builds),
    visuals: resolveVisuals(visuals),
  }
}

function resolveBuilds(builds: ScenarioDocument['builds']): RunPlan['builds'] {
  if (builds === undefined) return null
  const { baseline, candidate } = builds
  return {
    baseline: resolveBuild(baseline),
    candidate: candidate === undefined ? null : resolveBuild(candidate),
  }
}

function resolveBuild({ url, command, readyWithin = READY_WITHIN }: BuildDocument): BuildPlan {
  return { url, command: command ?? null, readyMs: parseDurationMs(readyWithin) }
}

function resolveVisuals(visuals: ScenarioDocument['visuals']): RunPlan['visuals'] {
  return Object.fromEntries(
    Object.entries(visuals ?? {}).map(([name, visual]) => [name, resolveVisual(visual)]),
  )
}

function resolveVisual({ command, file, timeout, mean, tile, colour, masks }: VisualDocument): VisualPlan {
  return {
    command: command ?? null,
    file,
    timeoutMs: parseDurationMs(timeout ?? VISUAL_TIMEOUT),
    bounds: {
      meanMin: mean ?? VISUAL_BOUNDS.meanMin,
      tileMin: tile ?? VISUAL_BOUNDS.tileMin,
      colourMax: colour ?? VISUAL_BOUNDS.colourMax,
      masks: masks ?? [],
    },
  }
}
