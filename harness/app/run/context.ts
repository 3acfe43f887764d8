/** The one thing that every step of a run is given. */
import { randomBytes, randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { type Clock, isoOf } from '../../base/clock.ts'
import type { StopRequest } from '../../base/stop-request.ts'
import type { Host } from '../../ports/host.ts'
import type { LoadDriver } from '../../ports/load-driver.ts'
import type { StateStore } from '../../ports/state-store.ts'
import { withState } from '../state/emergency.ts'
import { openDriver } from './open-driver.ts'
import type { RunProgress } from './progress.ts'
import type { RunSurroundings } from './request.ts'
import { safeObserver } from './safe-observer.ts'

/** The ids, surroundings and stop request of a run. A load that is part of a run has a context of its own (`withChildContext`). */
export interface RunContext {
  readonly runId: string
  /** True when its id was asked for: such a run is not made twice. */
  readonly isNamed: boolean
  readonly correlationId: string
  readonly host: Host
  /** The sender of the load. */
  readonly driver: LoadDriver
  /** Emergency state and deploy lock, shared with every process on the same store. */
  readonly store: StateStore
  /** Location of the store: the event bus belongs to it. */
  readonly stateLocation: string
  /** Folder under which reports go, absolute. */
  readonly outDir: string
  /** Path of the folder in which the folder of the run is made; null: `<outDir>/<scenario>`. */
  readonly within: string | null
  readonly stop: StopRequest
  /** Handed to the author's setup and teardown, by name. */
  readonly inputs: Readonly<Record<string, string>>
  /** Never throws. */
  readonly progress: RunProgress
  /** Says a line about something that is not a figure. */
  readonly note: (message: string) => void
  /** Author of halts that neither block nor end this load. Null: every halt does. */
  readonly ignoreHaltsBy: string | null
  /** Calls back when the context ends: last registered, first called. */
  readonly defer: (cleanup: () => unknown) => void
}

/** Opens the state store and gives the run its ids for as long as `body` takes. @throws HarnessError USAGE, STATE_UNREACHABLE */
export function withRunContext<T>(
  { state, outDir, within, stop, pool, runId, inputs = {} }: RunSurroundings,
  host: Host,
  progress: RunProgress,
  body: (run: RunContext) => Promise<T>,
): Promise<T> {
  const safe = safeObserver(progress, (text) => host.stderr.write(`${text}\n`))
  return withState(state, host, async (store) => {
    const { driver, close } = await openDriver(pool, host, safe.onNote)
    try {
      return await withCleanups(
        {
          ...createIds(host, runId),
          host,
          driver,
          store,
          stateLocation: state,
          outDir: resolve(host.cwd, outDir),
          within,
          stop,
          inputs,
          progress: safe,
          note: safe.onNote,
          ignoreHaltsBy: null,
        },
        body,
      )
    } finally {
      await close()
    }
  })
}

/** A context that differs from its parent's in some values, and ends by itself. */
export function withChildContext<T>(
  parent: RunContext,
  changes: Partial<Omit<RunContext, 'defer'>>,
  body: (child: RunContext) => Promise<T>,
): Promise<T> {
  return withCleanups({ ...parent, ...changes }, body)
}

async function withCleanups<T>(
  context: Omit<RunContext, 'defer'>,
  body: (run: RunContext) => Promise<T>,
): Promise<T> {
  const cleanups: (() => unknown)[] = []
  try {
    return await body({ ...context, defer: (cleanup) => cleanups.push(cleanup) })
  } finally {
    await callAll(cleanups)
  }
}

/** One that fails does not keep the others from being called. */
async function callAll(cleanups: (() => unknown)[]): Promise<void> {
  const last = cleanups.pop()
  if (last === undefined) return
  try {
    await last()
  } finally {
    await callAll(cleanups)
  }
}

/** Makes the id of a run: `20261121-093005-4f2a` sorts by time and is unique enough on one machine. */
export function newRunId(clock: Pick<Clock, 'wallMs'>): string {
  const [day = '', time = ''] = isoOf(clock.wallMs()).split('T')
  return `${day.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${randomBytes(2).toString('hex')}`
}

/** Whoever starts the run may give the correlation id. */
function createIds(
  { clock, env }: Host,
  asked: string | undefined,
): Pick<RunContext, 'runId' | 'isNamed' | 'correlationId'> {
  return {
    runId: asked ?? newRunId(clock),
    isNamed: asked !== undefined,
    correlationId: env['PROOFLOAD_CORRELATION_ID'] || randomUUID(),
  }
}
