/** The HTTP interface of a service for programs: its health, its figures, its runs, and gates of rollouts. A pure function from request to answer. */
import { type Context, Hono } from 'hono'
import { serviceRunSchema } from '../../model/service.ts'
import { addGates } from './gates.ts'
import { programGuard } from './guard.ts'
import { openApiDocument } from './openapi.ts'
import { limitedBody, readJson } from './read-json.ts'
import { refused, type ServiceControls } from './service-controls.ts'
import { serviceMetrics } from './service-metrics.ts'

export interface ServiceAccess {
  /** Token of programs; null: the interface is closed, but for its health and its figures. */
  readonly apiToken: string | null
  /** Token of the pages, which opens the figures, too; null for none. */
  readonly pageToken: string | null
  readonly isLocal: boolean
  readonly version: string
}

/** Longest wait of a request that watches a run. */
const WAIT_S_MAX = 60

/** Creates the routes; they are asked before those of the pages, and have a guard of their own. */
export function createServiceApi(controls: ServiceControls, access: ServiceAccess): Hono {
  const { apiToken, pageToken, isLocal, version } = access
  const app = new Hono()
  app.get('/health', (context) => {
    const { isRunning } = controls.figures()
    const isClosing = controls.isClosing()
    return context.json(
      { status: isClosing ? 'closing' : 'ok', running: isRunning, version },
      isClosing ? 503 : 200,
    )
  })
  const known = [apiToken, pageToken].filter((token) => token !== null)
  app.use('/metrics', programGuard({ tokens: known, isOpen: known.length === 0, isLocal }))
  app.get('/metrics', (context) =>
    context.text(serviceMetrics(controls.figures()), 200, {
      'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
    }),
  )
  for (const path of ['/api/*', '/gate/*']) {
    app.use(path, programGuard({ tokens: apiToken === null ? [] : [apiToken], isOpen: false, isLocal }))
    app.use(path, limitedBody())
  }
  app.get('/api/openapi.json', (context) => context.json(openApiDocument(version)))
  app.get('/api/scenarios', async (context) => context.json({ scenarios: await controls.scenarios() }))
  app.get('/api/schedules', (context) => context.json({ schedules: controls.schedules() }))
  addRuns(app, controls)
  addGates(app, controls)
  const missing = (context: Context) =>
    context.json({ error: 'there is no such resource, or not for this method: GET /api/openapi.json' }, 404)
  for (const path of ['/health', '/metrics', '/api/*', '/gate/*']) app.all(path, missing)
  return app
}

function addRuns(app: Hono, controls: ServiceControls): void {
  app.get('/api/runs', (context) => context.json({ runs: controls.runs() }))
  app.post('/api/runs', async (context) => {
    const wanted = await readJson(context, serviceRunSchema)
    if ('error' in wanted)
      return context.json({ error: `the run to start: ${wanted.place}${wanted.error}` }, 400)
    const run = await controls.launch(wanted.value)
    if (typeof run === 'string') return refused(context, run)
    return context.json(run, 202, { Location: `/api/runs/${run.id}` })
  })
  app.get('/api/runs/:id', async (context) => {
    const waitS = Number(context.req.query('wait') ?? 0)
    if (!Number.isFinite(waitS) || waitS < 0 || waitS > WAIT_S_MAX)
      return context.json({ error: `wait is a number of seconds up to ${WAIT_S_MAX}` }, 400)
    const run = await controls.run(context.req.param('id'), 1000 * waitS, context.req.raw.signal)
    return run === null ? unknownRun(context) : context.json(run)
  })
  app.get('/api/runs/:id/verdict', async (context) => {
    const id = context.req.param('id')
    const verdict = await controls.verdict(id)
    if (verdict !== null) return context.json(verdict)
    const isRunning = controls.runs().some((run) => run.id === id && run.state === 'running')
    return isRunning
      ? context.json({ error: 'the run is under way: there is no verdict yet' }, 409)
      : unknownRun(context)
  })
  app.post('/api/runs/:id/stop', (context) =>
    controls.stop(context.req.param('id'))
      ? context.body(null, 202)
      : context.json({ error: 'no run of this id is under way' }, 409),
  )
}

function unknownRun(context: Context): Response {
  return context.json({ error: 'there is no such run, or no verdict of it' }, 404)
}
