/**
 * A search for the capacity of a system, in order:
 *   1 plan      the scenario; the objectives that bound its capacity
 *   2 launch    targets, once for the whole search
 *   3 probe     recover, measure, remember; until the search has ended, which its probes alone decide
 *   4 answer    what is known, of a search that was cut short, too
 *   5 publish   `capacity.json` and the reports; the answer goes into the history
 */
import { resolve } from 'node:path'
import { type AnswerOptions, answerOf } from '../../analysis/capacity/answer.ts'
import { isoOf } from '../../base/clock.ts'
import { interrupted } from '../../base/stop-request.ts'
import type { CapacityControl, CapacityRecord, SearchSettings } from '../../model/capacity.ts'
import type { Host } from '../../ports/host.ts'
import { CAPACITY_FILE, capacityText, readCapacity } from '../../store/capacity-folder.ts'
import { createRunFolder, openRunFolder, type RunFolder } from '../../store/run-folder.ts'
import { type RunContext, withRunContext } from '../run/context.ts'
import { describeEnvironment } from '../run/environment.ts'
import { launchLoad, planLoad } from '../run/launch-targets.ts'
import { requireClearBefore } from '../run/preflight.ts'
import type { RunProgress } from '../run/progress.ts'
import { rememberSearch } from '../run/remember.ts'
import type { HistoryRef, RunSurroundings, ScenarioRequest } from '../run/request.ts'
import { beginSearch, continueSearch, requireOverloadAllowed } from './begin-search.ts'
import { CapacityLimits } from './capacity-limits.ts'
import { historySearchOf } from './history-search.ts'
import { Probing } from './probing.ts'
import { type PublishedCapacity, publishCapacity } from './publish-capacity.ts'
import { type CapacityObserver, searchUntilOver } from './search-loop.ts'

export interface CapacityRequest extends ScenarioRequest, Pick<RunSurroundings, 'outDir' | 'state' | 'stop'> {
  readonly by: CapacityControl
  /** Those that were asked for; others have defaults. */
  readonly settings: Partial<SearchSettings>
  /** Folder of a search that goes on; null: a new one. */
  readonly resume: string | null
  readonly allowsOverload: boolean
  readonly answer: AnswerOptions
  /** Null: it is not remembered. */
  readonly history: HistoryRef | null
  /** Names. */
  readonly reports: readonly string[]
}

/** @throws HarnessError when no load can be sent; INTERRUPTED before anything is known */
export function searchCapacity(
  request: CapacityRequest,
  host: Host,
  progress: RunProgress,
  observer: CapacityObserver,
): Promise<PublishedCapacity> {
  return withRunContext({ ...request, within: null, pool: null }, host, progress, async (run) => {
    const resumed = request.resume === null ? null : await readCapacity(request.resume, host.cwd)
    // All of its loads are of one seed: the service differs, chance does not.
    const seed = resumed === null ? {} : { seed: resumed.seed }
    const planned = await planLoad(run, { ...request, overrides: { ...request.overrides, ...seed } })
    requireOverloadAllowed(planned.plan, request.allowsOverload)
    const begun = resumed === null ? beginSearch(run, planned, request) : continueSearch(resumed, planned)
    const scenario = { ...request, overrides: { ...request.overrides, seed: begun.seed } }
    await requireClearBefore(run, planned, { history: request.history, compare: null })
    const targets = await launchLoad(run, planned)
    const folder = await folderOf(run, request.resume, begun)
    run.defer(folder.close)
    const place = {
      request: scenario,
      by: begun.by,
      targets,
      folder: folder.path,
      searchId: begun.capacityId,
    }
    const record = await searchUntilOver(
      begun,
      new CapacityLimits(planned.plan.objectives, begun.assumedP99Ms),
      {
        loads: new Probing(run, place),
        clock: host.clock,
        stop: run.stop,
        keep: (kept) => folder.write(CAPACITY_FILE, capacityText(kept)),
        observer,
      },
    )
    if (record.probes.length === 0) throw interrupted('before the first probe was over')
    const answer = answerOf(record, request.answer)
    const finished = { ...record, finishedAt: isoOf(host.clock.wallMs()), answer }
    const published = await publishCapacity(finished, folder, request.reports)
    if (request.history !== null) {
      const { build } = request.history
      const of = { build, scenarioHash: planned.scenarioHash }
      const entry = historySearchOf(finished, describeEnvironment(host.env), of)
      await rememberSearch(run, entry, request.history)
    }
    return published
  })
}

function folderOf(
  { outDir, host }: RunContext,
  resumed: string | null,
  { scenario, capacityId }: CapacityRecord,
): Promise<RunFolder> {
  if (resumed !== null) return Promise.resolve(openRunFolder(resolve(host.cwd, resumed)))
  return createRunFolder(outDir, scenario, capacityId)
}
