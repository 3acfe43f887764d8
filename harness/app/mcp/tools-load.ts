/** Tools that start load, follow it and end it. */
import { hostname } from 'node:os'
import * as z from 'zod'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { beyondLoopback, isLoopback } from '../../base/loopback.ts'
import { targetAt, targets } from '../../targets/index.ts'
import { headlineText } from '../../text/headline.ts'
import { autoBaseline, namedBaseline } from '../compare/baselines.ts'
import { DEFAULT_REPORTS } from '../reports/documents.ts'
import { runScenario } from '../run/run.ts'
import { setEmergency, wantedEmergency } from '../state/emergency.ts'
import { beginLoad } from './begin-load.ts'
import type { LoadResult, StartedLoad } from './loads.ts'
import { isHostGranted } from './permission.ts'
import { newsOf, runState } from './run-state.ts'
import * as s from './schemas.ts'
import { storedRun } from './stored-runs.ts'
import { type McpSession, READS, tool, untrusted } from './tool.ts'

const STARTS = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true }
const STOPS = { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false }

export const probeTargetTool = tool({
  name: 'probe_target',
  title: 'Ask a target once',
  description:
    'Sends one request to a URL and says whether something answers, how, and after what time.\nUse when: a target may be away, before a scenario is written or started.\nDo not use for: reading content: no body and no header is returned.\nLimits: loopback and the hosts that this server may load; redirects are not followed.\nExample: {"url": "http://127.0.0.1:8080"}',
  grant: 'run',
  input: z.strictObject({ url: z.string().max(500) }),
  output: s.answer({
    untrusted: s.isUntrusted,
    reachable: z.boolean(),
    message: s.text,
    elapsedMs: s.number,
  }),
  annotations: { ...READS, openWorldHint: true },
  async call({ url }, { host, grants }) {
    const at = URL.canParse(url) ? targetAt(url) : null
    if (at === null)
      throw new HarnessError('USAGE', 'no target plugin takes this URL', {
        hint: 'Give one such as http://127.0.0.1:8080.',
      })
    const plugin = targets.get(at.plugin)
    const config = plugin.configSchema.parse(at.config)
    for (const name of plugin.hostsOf(config)) {
      const elsewhere = isLoopback(name) ? await beyondLoopback(name).catch(() => []) : []
      if (isHostGranted(name, grants) && elsewhere.length === 0) continue
      throw new HarnessError('HOST_NOT_ALLOWED', `${name} may not be asked by this server`, {
        hint: 'Only whoever starts the server can allow a host: proofload mcp --allow-host HOST.',
      })
    }
    const found = await plugin.probe(config, host.clock)
    if (found === null)
      throw new HarnessError('USAGE', `a target of ${at.plugin} cannot be asked on its own`, {
        hint: 'Start a short run of it.',
      })
    const { reachable, message, elapsedMs } = found
    return untrusted({ reachable, message, elapsedMs })
  },
})

export const startRunTool = tool({
  name: 'start_run',
  title: 'Start a run',
  description:
    'Starts a load test in two steps. Without confirm it sends nothing: it returns the plan and a token. Called again with the same arguments and confirm, it starts the run and returns at once with its runId.\nUse when: the plan was checked and somebody wants the load.\nDo not use for: waiting (get_run).\nLimits: one load at a time; hosts and size as describe says; a token is for one plan, one use, 10 minutes; no alert is sent and nothing is rolled back.\nExample: {"file": "checkout.yaml", "overrides": {"duration": "30s"}}',
  grant: 'run',
  input: z.strictObject({
    file: s.file.optional(),
    scenario: s.scenario.optional(),
    overrides: s.overrides,
    baseline: z.string().max(200).optional().describe('Name of a baseline to compare with'),
    confirm: s.confirm,
  }),
  output: s.answer({ untrusted: s.isUntrusted, state: s.text }),
  annotations: STARTS,
  call({ baseline, ...wish }, session) {
    const { loads, grants } = session
    const kind = { about: { baseline: baseline ?? null }, limits: grants.limits, isSearch: false }
    return beginLoad(wish, session, kind, ({ scenario, ...confirmed }) => {
      const started = loads.start(
        scenario,
        (id) => id,
        (runId, load) => makeRun({ ...confirmed, baseline }, runId, load, session),
      )
      const next = `Follow it: get_run {"runId": "${started.id}", "waitSeconds": 30}`
      return { ...untrusted({ state: 'started', runId: started.id, next }), runId: started.id, isStart: true }
    })
  },
})

async function makeRun(
  {
    baseline,
    ...load
  }: { readonly source: string; readonly baseline: string | undefined } & Pick<
    Parameters<typeof runScenario>[0],
    'overrides' | 'permit'
  >,
  runId: string,
  { runs, stop }: Pick<StartedLoad, 'runs' | 'stop'>,
  { host, places }: McpSession,
): Promise<LoadResult> {
  const { outDir, store, state, baselines: folder } = places
  const request = {
    ...load,
    ...{ threads: null, outDir, reports: DEFAULT_REPORTS, strict: false, retries: 0, state, stop, runId },
    ...{ within: null, pool: null, onJudged: null },
    inconclusive: 'fail' as const,
    history: { store, build: null },
    compare:
      baseline === undefined
        ? autoBaseline({ folder }, host.cwd)
        : namedBaseline({ name: baseline, folder }, host.cwd),
    // Objectives end the load. Alerts and rollbacks are no business of whoever calls tools.
    enforce: 'watch' as const,
  }
  try {
    const finished = await runScenario(request, host, runs)
    runs.judged(finished.verdict)
    return { kind: 'run', finished }
  } catch (error) {
    runs.failed(messageOf(error))
    throw error
  }
}

export const getRunTool = tool({
  name: 'get_run',
  title: 'Follow a run',
  description:
    'Tells how a run stands: state, time, rate, percentiles, error ratio, each objective, the health of the generator, and the verdict once it stands.\nUse when: a run was started; call it again until state is done or failed.\nDo not use for: reasons (explain_verdict).\nLimits: with waitSeconds (at most 45) it returns earlier when something changed.\nExample: {"runId": "20261121-093005-4f2a", "waitSeconds": 30}',
  grant: 'read',
  input: z.strictObject({ runId: s.runId, waitSeconds: s.waitSeconds }),
  output: s.answer({ untrusted: s.isUntrusted, runId: s.text, state: s.text }),
  annotations: READS,
  async call({ runId, waitSeconds }, session) {
    const load = session.loads.find(runId)
    if (load !== undefined) {
      await session.loads.untilChange(load, () => newsOf(load), waitSeconds * 1000)
      return { ...untrusted(runState(load)), runId }
    }
    const { record, verdict } = await storedRun(runId, session)
    const { outcome, exitCode } = verdict
    const state = {
      runId,
      scenario: record.scenario,
      state: 'done',
      status: record.status,
      startedAt: record.startedAt,
    }
    return {
      ...untrusted({ ...state, verdict: { outcome, exitCode, headline: headlineText(verdict) } }),
      runId,
    }
  },
})

export const stopRunTool = tool({
  name: 'stop_run',
  title: 'End a run or a search',
  description:
    'Ends a load that this server started. drain: nothing new begins, requests in flight may end; abort: they are given up, too. The run is recorded and judged.\nUse when: the load does harm, or is not needed any more.\nDo not use for: loads of others (halt_all).\nLimits: only loads of this server.\nExample: {"runId": "20261121-093005-4f2a", "mode": "drain", "reason": "errors rise"}',
  grant: 'halt',
  input: z.strictObject({
    runId: s.runId,
    mode: z.enum(['drain', 'abort']).default('drain'),
    reason: s.reason,
  }),
  output: s.answer({ untrusted: s.isUntrusted, runId: s.text, state: s.text }),
  annotations: STOPS,
  call({ runId, mode, reason }, { loads }) {
    const load = loads.find(runId)
    if (load === undefined)
      throw new HarnessError('NOT_GRANTED', `this server did not start ${runId}`, {
        hint: 'It ends its own loads only; halt_all ends all load on the state store.',
      })
    const by = `a tool call: ${reason}`
    if (!load.isOver && load.stop.level === 'none') load.stop.press(by)
    if (!load.isOver && mode === 'abort' && load.stop.level === 'drain') load.stop.press(by)
    const state = load.isOver ? 'done' : load.stop.level
    return Promise.resolve({ ...untrusted({ runId, state }), runId })
  },
})

export const haltAllTool = tool({
  name: 'halt_all',
  title: 'Halt all load',
  description:
    'Sets the emergency state to HALT: every load on this state store ends, whoever started it, and none begins.\nUse when: load does harm and must end everywhere.\nDo not use for: one run of this server (stop_run).\nLimits: no tool clears it; a person does: proofload emergency resume --reason TEXT.\nExample: {"reason": "the payment provider is down"}',
  grant: 'halt',
  input: z.strictObject({ reason: s.reason }),
  output: s.answer({ untrusted: s.isUntrusted, state: s.text }),
  annotations: STOPS,
  async call({ reason }, { host, places }) {
    const wanted = wantedEmergency('HALT', reason, host)
    const { now, troubles } = await setEmergency(places.state, { ...wanted, by: `${wanted.by}, mcp` }, host)
    return untrusted({
      ...now,
      troubles,
      on: hostname(),
      next: 'A person clears it: proofload emergency resume --reason TEXT',
    })
  },
})
