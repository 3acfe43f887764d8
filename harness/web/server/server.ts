/** The routes of a dashboard. A pure function from request to answer; `listen.ts` puts it on a port. */
import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import type { Clock } from '../../base/clock.ts'
import { HarnessError } from '../../base/errors.ts'
import {
  haltRequestSchema,
  type SearchRequest,
  type StartRequest,
  searchRequestSchema,
  startRequestSchema,
} from '../../model/live-message.ts'
import type { PageAssets } from '../page-assets.ts'
import { renderPage } from '../pages/layout.ts'
import { renderLivePage } from '../pages/live-page.ts'
import { type GuardRules, guard, protectiveHeaders } from './guard.ts'
import type { LiveBoard } from './live-board.ts'
import { limitedBody, readJson } from './read-json.ts'
import { Viewers } from './stream.ts'

const POSTS = ['/live/stop', '/live/halt', '/live/start', '/live/search'] as const

/** The actions of the buttons of the page. */
export interface DashboardControls {
  /** Ends the run: once, it drains; again, it gives up. False: there is none. */
  stop(): boolean
  /** Stops all load on the state store. @throws HarnessError when that cannot be written */
  halt(reason: string): Promise<void>
  /** Null where no run may be started. */
  readonly starter: RunStarter | null
}

/** busy: one at a time. unknown: there is no such scenario. */
export type StartAnswer = 'started' | 'busy' | 'unknown'

export interface RunStarter {
  /** Lists the scenarios that may be started. */
  scenarios(): Promise<readonly string[]>
  start(request: StartRequest): Promise<StartAnswer>
  /** Starts a search for a capacity. */
  search(request: SearchRequest): Promise<StartAnswer>
}

export interface DashboardParts extends Omit<GuardRules, 'posts'> {
  readonly board: LiveBoard
  readonly controls: DashboardControls
  readonly assets: PageAssets
  readonly clock: Clock
  /** Pages about stored runs; null where there are none. */
  readonly history: Hono | null
  /** The interface for programs, which has a guard of its own; null where there is none. */
  readonly service: Hono | null
}

export interface Dashboard {
  readonly app: Hono
  readonly viewers: Viewers
}

export function createDashboard(parts: DashboardParts): Dashboard {
  const { board, controls, assets, clock, history, service } = parts
  const withHistory = history !== null
  const viewers = new Viewers(board, clock)
  const app = new Hono()
  app.use(protectiveHeaders())
  if (service !== null) app.route('/', service)
  app.use(guard({ ...parts, posts: POSTS }))
  app.get('/', async (context) => {
    const scenarios = controls.starter === null ? null : await controls.starter.scenarios()
    return context.html(renderLivePage(scenarios, withHistory))
  })
  // Whoever asks for the head of a stream would hold it open.
  app.get('/live/events', (context) =>
    context.req.method === 'HEAD' ? context.body(null) : viewers.add(context),
  )
  addAssets(app, assets)
  app.use('/live/*', limitedBody())
  addButtons(app, controls)
  if (history !== null) app.route('/', history)
  app.notFound((context) => problemPage(context, 404, 'There is no such page.', withHistory))
  app.onError((error, context) =>
    problemPage(
      context,
      500,
      error instanceof HarnessError ? `${error.message}. ${error.hint ?? ''}` : 'Something went wrong here.',
      withHistory,
    ),
  )
  return { app, viewers }
}

function addAssets(app: Hono, { report, dashboard, style }: PageAssets): void {
  const files = [
    ['/assets/report.js', report, 'text/javascript'],
    ['/assets/dashboard.js', dashboard, 'text/javascript'],
    ['/assets/page.css', style, 'text/css'],
  ] as const
  for (const [path, text, type] of files)
    app.get(path, (context) => context.text(text, 200, { 'Content-Type': `${type}; charset=utf-8` }))
}

function addButtons(app: Hono, { stop, halt, starter }: DashboardControls): void {
  app.post('/live/stop', (context) =>
    stop() ? context.body(null, 204) : context.json({ error: 'no run to abort' }, 409),
  )
  app.post('/live/halt', async (context) => {
    const request = await readJson(context, haltRequestSchema)
    if ('error' in request) return context.json({ error: `the reason: ${request.error}` }, 400)
    await halt(request.value.reason)
    return context.body(null, 204)
  })
  app.post('/live/start', async (context) => {
    if (starter === null) return context.json({ error: 'no run may be started here' }, 404)
    const request = await readJson(context, startRequestSchema)
    if ('error' in request) return context.json({ error: `the run to start: ${request.error}` }, 400)
    return startAnswer(context, await starter.start(request.value))
  })
  app.post('/live/search', async (context) => {
    if (starter === null) return context.json({ error: 'no search may be started here' }, 404)
    const request = await readJson(context, searchRequestSchema)
    if ('error' in request) return context.json({ error: `the search to start: ${request.error}` }, 400)
    return startAnswer(context, await starter.search(request.value))
  })
}

function startAnswer(context: Context, answer: StartAnswer): Response {
  if (answer === 'busy') return context.json({ error: 'a run is under way: one at a time' }, 409)
  if (answer === 'unknown') return context.json({ error: 'there is no such scenario' }, 404)
  return context.body(null, 202)
}

/** Says what went wrong: by a page for people, by JSON for the script of a page. */
function problemPage(context: Context, status: 404 | 500, message: string, withHistory: boolean) {
  if (context.req.method === 'POST') return context.json({ error: message }, status)
  const body = html`<h1>${status}</h1>
    <p>${message}</p>
    <p><a href="/">Back to the live page</a></p>`
  return context.html(
    renderPage({ title: `${status}`, present: '', body, script: 'report' }, withHistory),
    status,
  )
}
