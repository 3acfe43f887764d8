/** The state of a search, read from its probes. */
import type { CapacityLimit, SearchProbe, SearchSettings } from '../../model/capacity.ts'
import { CapacitySearch } from './search.ts'
import { DEFAULT_PRIORS, type SearchPriors } from './search-priors.ts'
import type { SearchState } from './search-state.ts'

/** The same probes give the same state, whoever made them. */
export function searchState(
  limits: readonly CapacityLimit[],
  settings: SearchSettings,
  probes: readonly SearchProbe[],
  priors: SearchPriors = DEFAULT_PRIORS,
): SearchState {
  const search = new CapacitySearch(limits, settings, priors)
  for (const probe of probes) search.take(probe)
  return search.state
}
