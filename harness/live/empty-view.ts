import { SparseHistogram } from '../measure/sparse-histogram.ts'
import type { LiveView } from '../model/live-view.ts'
import { figuresOf, WINDOW_MS } from './latency.ts'

const NOTHING = figuresOf(new SparseHistogram([]), null)

/** The view of a run of which nothing is known yet. */
export const EMPTY_VIEW: LiveView = {
  stage: 'preparing',
  runId: '',
  scenario: '',
  correlationId: '',
  plan: null,
  nowMs: 0,
  phase: '',
  plannedPerSec: 0,
  startedPerSec: 0,
  requestsPerSec: 0,
  activeAgents: 0,
  backlog: 0,
  inFlight: 0,
  regions: {},
  startedCount: 0,
  requestCount: 0,
  errorCount: 0,
  failures: [],
  failedByCode: 0,
  windowMs: WINDOW_MS,
  window: NOTHING,
  run: NOTHING,
  bars: [],
  objectives: [],
  generator: null,
  hosts: [],
  target: null,
  events: [],
  marks: [],
  bounds: [],
  verdict: null,
  failure: null,
}
