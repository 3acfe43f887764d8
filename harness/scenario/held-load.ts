/** A workload held at one level: its shape over time is replaced; its journeys, regions, mix and think time stay. */
import type { ResolvedPattern } from '../ports/workload.ts'
import { PLAIN } from '../workloads/config.ts'

export interface HeldLoad {
  readonly model: 'open' | 'closed'
  /** Arrivals a second, or agents. */
  readonly value: number
  readonly durationMs: number
}

export function heldAt(
  { iterations: _iterations, ...pattern }: ResolvedPattern,
  { model, value, durationMs }: HeldLoad,
): ResolvedPattern {
  return {
    ...pattern,
    ...arrivalsOf(pattern, model),
    model,
    curve: { kind: 'constant', value, durationMs },
    instantsMs: null,
    // What cannot begin has to be seen: it waits.
    whenBusy: 'queue',
    agents: null,
    joinPerSec: null,
    pacingMs: model === 'open' ? 0 : pattern.pacingMs,
    // An arrival of an open load is one journey, unless the scenario itself says that it is a session.
    session: model === 'open' && pattern.model === 'closed' ? PLAIN.session : pattern.session,
    phases: [{ name: 'steady', startMs: 0, endMs: durationMs }],
  }
}

/** Arrivals keep their kind where they have one that a level can have. */
function arrivalsOf(
  { model: given, arrivals, burstiness }: ResolvedPattern,
  model: HeldLoad['model'],
): Pick<ResolvedPattern, 'arrivals' | 'burstiness'> {
  if (given !== 'open' || model !== 'open') return { arrivals: 'constant' }
  if (arrivals === 'replay') return { arrivals: 'poisson' }
  return burstiness === undefined ? { arrivals } : { arrivals, burstiness }
}
