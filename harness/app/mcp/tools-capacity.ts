/** Tools that search for the capacity of a system. */
import { join, resolve } from 'node:path'
import * as z from 'zod'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { plainName } from '../../base/plain-name.ts'
import { liveAnswerOf, watchedSearch } from '../../live/watched-search.ts'
import type { CapacityControl, SearchSettings } from '../../model/capacity.ts'
import { readCapacity, searchIdOf } from '../../store/capacity-folder.ts'
import { listRunFolders } from '../../store/report-folders.ts'
import { DEFAULT_CAPACITY_REPORTS } from '../capacity/capacity-reports.ts'
import { searchCapacity } from '../capacity/search-capacity.ts'
import { beginLoad, type ConfirmedLoad } from './begin-load.ts'
import type { LoadLimits } from './grants.ts'
import type { LoadResult, StartedLoad } from './loads.ts'
import { newsOf, searchState } from './run-state.ts'
import * as s from './schemas.ts'
import { type McpSession, READS, tool, untrusted } from './tool.ts'

const CANDIDATES_MAX = 500

export const startCapacityTool = tool({
  name: 'start_capacity',
  title: 'Search for the capacity',
  description:
    'Searches for the highest load that keeps the objectives of a scenario, by probes of rising and falling load, in two steps as start_run: plan and token first, then confirm. Returns at once with the id of the search.\nUse when: asking how much a system holds.\nDo not use for: one load (start_run).\nLimits: only targets on this machine may be overloaded; no probe is larger than this server may send, and the search ends with its time.\nExample: {"file": "checkout.yaml", "by": "rate", "max": 150}',
  grant: 'run',
  input: z.strictObject({
    file: s.file.optional(),
    scenario: s.scenario.optional(),
    by: z.enum(['rate', 'agents']).default('rate'),
    from: z.number().positive().optional().describe('First load: arrivals a second, or agents'),
    max: z.number().positive().optional().describe('Largest load'),
    precision: z
      .number()
      .min(0.01)
      .max(0.5)
      .optional()
      .describe('Half width of the interval at which it ends: 0.05'),
    confirm: s.confirm,
  }),
  output: s.answer({ untrusted: s.isUntrusted, state: s.text }),
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
  call({ by, from, max, precision, ...given }, session) {
    const { loads } = session
    const limits = { ...session.grants.limits, durationMs: session.grants.limits.searchMs }
    const settings = settingsOf({ by, from, max, precision }, limits)
    const kind = { about: { by, settings }, limits, isSearch: true }
    return beginLoad({ ...given, overrides: {} }, session, kind, (confirmed) => {
      const started = loads.start(confirmed.scenario, searchIdOf, (runId, load) =>
        makeSearch(confirmed, { by, settings }, runId, load, session),
      )
      const next = `Follow it: get_capacity {"id": "${started.id}", "waitSeconds": 30}`
      return { ...untrusted({ state: 'started', id: started.id, next }), runId: started.id, isStart: true }
    })
  },
})

interface SearchWish {
  readonly by: CapacityControl
  readonly from: number | undefined
  readonly max: number | undefined
  readonly precision: number | undefined
}

function settingsOf({ by, from, max, precision }: SearchWish, limits: LoadLimits): Partial<SearchSettings> {
  const most = by === 'rate' ? limits.ratePerSec : limits.agents
  return {
    ...(from === undefined ? {} : { from: Math.min(from, most) }),
    max: Math.min(max ?? most, most),
    ...(precision === undefined ? {} : { precision }),
    budgetS: limits.searchMs / 1000,
  }
}

async function makeSearch(
  { source, overrides, permit }: ConfirmedLoad,
  wish: { readonly by: CapacityControl; readonly settings: Partial<SearchSettings> },
  runId: string,
  { runs, stop }: Pick<StartedLoad, 'runs' | 'stop'>,
  { host, places }: McpSession,
): Promise<LoadResult> {
  const { outDir, state, store } = places
  const request = {
    ...{ source, overrides, permit, threads: null, outDir, within: null, state, stop, runId, ...wish },
    ...{ resume: null, demand: null, pool: null, reports: DEFAULT_CAPACITY_REPORTS },
    // As from a page: whoever calls tools may not overload what is elsewhere.
    allowsOverload: false,
    answer: { atLeast: null, strict: false },
    history: { store, build: null },
  }
  try {
    const published = await searchCapacity(
      request,
      host,
      runs,
      watchedSearch(runs, () => undefined),
    )
    runs.answered(liveAnswerOf(published.record))
    return { kind: 'capacity', published }
  } catch (error) {
    runs.failed(messageOf(error))
    throw error
  }
}

export const getCapacityTool = tool({
  name: 'get_capacity',
  title: 'Follow a search',
  description:
    'Tells how a search for the capacity stands: its probes, what is known, the next probe and why, and the answer once it is there: the safe rate is the number to quote.\nUse when: a search was started; call it again until state is done or failed.\nDo not use for: runs (get_run).\nLimits: with waitSeconds (at most 45) it returns earlier when something changed.\nExample: {"id": "capacity-20261121-093005-4f2a", "waitSeconds": 30}',
  grant: 'read',
  input: z.strictObject({ id: plainName.describe('Id of a search'), waitSeconds: s.waitSeconds }),
  output: s.answer({ untrusted: s.isUntrusted, id: s.text, state: s.text }),
  annotations: READS,
  async call({ id, waitSeconds }, session) {
    const load = session.loads.find(id)
    if (load !== undefined) {
      await session.loads.untilChange(load, () => newsOf(load), waitSeconds * 1000)
      return { ...untrusted(searchState(load)), runId: id }
    }
    const record = await storedSearch(id, session)
    const { scenario, by, probes, answer } = record
    const state = answer === null ? 'cut-short' : 'done'
    return { ...untrusted({ id, scenario, by, state, probes, answer }), runId: id }
  },
})

/** @throws HarnessError RECORD_NOT_FOUND, RECORD_INVALID */
async function storedSearch(id: string, { host, places }: McpSession) {
  const reports = resolve(host.cwd, places.outDir)
  const found = (await listRunFolders(reports, CANDIDATES_MAX)).find((each) => each.id === id)
  if (found === undefined)
    throw new HarnessError('RECORD_NOT_FOUND', `there is no search ${id}`, {
      hint: 'list_runs names those that are there.',
    })
  return readCapacity(join(reports, found.scenario, found.id), host.cwd)
}
