/** A search for a capacity that a page has asked for: it overloads this machine, and no other. */
import type { StopRequest } from '../../base/stop-request.ts'
import type { WatchedRuns } from '../../live/watched-runs.ts'
import { watchedSearch } from '../../live/watched-search.ts'
import type { SearchRequest } from '../../model/live-message.ts'
import type { Host } from '../../ports/host.ts'
import { DEFAULT_CAPACITY_REPORTS } from '../capacity/capacity-reports.ts'
import type { PublishedCapacity } from '../capacity/publish-capacity.ts'
import { searchCapacity } from '../capacity/search-capacity.ts'

export interface SearchPlace {
  /** Path of the scenario. */
  readonly source: string
  readonly outDir: string
  readonly store: string
  readonly state: string
  readonly stop: StopRequest
}

/** @throws HarnessError when no load can be sent; HOST_NOT_ALLOWED beyond loopback */
export function searchFromPage(
  { by, from, max }: SearchRequest,
  { source, outDir, store, state, stop }: SearchPlace,
  host: Host,
  runs: WatchedRuns,
): Promise<PublishedCapacity> {
  const request = {
    ...{ source, overrides: {}, threads: null, outDir, within: null, state, stop, by },
    settings: { ...(from === null ? {} : { from }), max },
    resume: null,
    // Whoever reaches the page may not overload what is elsewhere: that takes a flag of the command line.
    allowsOverload: false,
    answer: { atLeast: null, strict: false },
    demand: null,
    pool: null,
    history: { store, build: null },
    reports: DEFAULT_CAPACITY_REPORTS,
  }
  return searchCapacity(
    request,
    host,
    runs,
    watchedSearch(runs, () => undefined),
  )
}
