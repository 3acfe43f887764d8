/** Contexts of runs and loads over memory. */

import type { RunContext } from '../../harness/app/run/context.ts'
import type { LoadContext } from '../../harness/app/run/load-context.ts'
import { SILENT_PROGRESS } from '../../harness/app/run/progress.ts'
import type { RunControls } from '../../harness/app/run/run-controls.ts'
import { createRunMask } from '../../harness/app/run/run-mask.ts'
import { RunSecrets } from '../../harness/app/run/run-secrets.ts'
import { StopSwitch } from '../../harness/base/stop-request.ts'
import { threadDriver } from '../../harness/cluster/thread-shards.ts'
import { openRunFolder } from '../../harness/store/run-folder.ts'
import { MemoryStateStore } from '../../harness/store/state/memory-state-store.ts'
import { MemoryEventBus } from '../../harness/telemetry/bus/memory-event-bus.ts'
import { aPlan } from './builders.ts'
import { aCapturingHost } from './capturing-host.ts'

/** A run in a folder that nobody stops or watches, and whose state nobody shares. */
export function aRunContext(cwd: string, changes: Partial<RunContext> = {}): RunContext {
  const host = changes.host ?? aCapturingHost([], cwd)
  return {
    runId: 'run-1',
    isNamed: false,
    correlationId: 'correlation-1',
    host,
    driver: threadDriver,
    store: new MemoryStateStore(host.clock),
    stateLocation: 'memory:',
    within: null,
    outDir: cwd,
    stop: new StopSwitch(),
    inputs: {},
    progress: SILENT_PROGRESS,
    note: () => undefined,
    ignoreHaltsBy: null,
    defer: () => undefined,
    ...changes,
  }
}

/** Controls that watch objectives, keep no alert and arm nothing. */
export function someControls(changes: Partial<RunControls> = {}): RunControls {
  return {
    bus: new MemoryEventBus(),
    alerting: {
      raise: () => undefined,
      resolveAll: () => undefined,
      endWell: () => undefined,
      resolve: () => undefined,
      close: () => Promise.resolve({ channels: {} }),
    },
    isWatching: true,
    isActing: true,
    unarmed: 'nobody has armed it',
    close: () => Promise.resolve({ channels: {} }),
    ...changes,
  }
}

/** A load of such a run. */
export function aLoadContext(cwd: string, changes: Partial<LoadContext> = {}): LoadContext {
  return {
    begun: null,
    ...aRunContext(cwd),
    plan: aPlan({}),
    planHash: '',
    loadHash: '',
    scenarioHash: null,
    scenarioFile: null,
    module: null,
    env: {},
    source: 'http://127.0.0.1:1/',
    overrides: {},
    threads: 1,
    threadsAsked: null,
    runSecrets: new RunSecrets({ names: [], sources: {}, access: null }, {}, {}),
    pids: [],
    beginLoad: () => undefined,
    secrets: {},
    mask: createRunMask({}, null),
    requirements: [],
    controls: someControls(),
    folder: openRunFolder(cwd),
    outputs: null,
    ...changes,
  }
}
