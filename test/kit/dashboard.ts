import type { Hono } from 'hono'
import type { Clock } from '../../harness/base/clock.ts'
import type { LiveMessage, SearchRequest, StartRequest } from '../../harness/model/live-message.ts'
import { LiveBoard } from '../../harness/web/server/live-board.ts'
import {
  createDashboard,
  type Dashboard,
  type DashboardControls,
  type DashboardParts,
} from '../../harness/web/server/server.ts'
import { VirtualClock } from './virtual-clock.ts'

/** What was pressed on a dashboard. */
export interface Pressed {
  stops: number
  readonly halts: string[]
  readonly starts: StartRequest[]
  readonly searches: SearchRequest[]
}

export interface TestDashboard extends Dashboard {
  readonly board: LiveBoard
  readonly pressed: Pressed
  /** Asks as a browser on this machine does, or with other headers. */
  ask(path: string, init?: RequestInit): Promise<Response>
  /** A POST as a page of this server sends it. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>
}

/** What a generator that has little to do uses. */
export const GENERATOR = {
  cpuCores: 0.3,
  rssBytes: 1e8,
  stealRatio: 0,
  clockStepMs: 0,
  machineCpuRatio: null,
}

export const HOST = '127.0.0.1:7171'

/** A dashboard without a port: loopback and no token unless said. */
export function aDashboard(
  changes: Partial<DashboardParts> = {},
  clock: Clock = new VirtualClock(),
): TestDashboard {
  const board = new LiveBoard(clock)
  const pressed: Pressed = { stops: 0, halts: [], starts: [], searches: [] }
  const dashboard = createDashboard({
    board,
    controls: controlsOf(pressed),
    assets: { report: 'report()', dashboard: 'dashboard()', style: 'body{}' },
    clock,
    history: null,
    service: null,
    token: null,
    isLocal: true,
    ...changes,
  })
  const ask = asker(dashboard.app)
  return {
    ...dashboard,
    board,
    pressed,
    ask,
    post: (path, body, headers = {}) =>
      ask(path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Origin: `http://${HOST}`, ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  }
}

/** Messages of a stream as they come; null when it is over. Comments are passed over. */
export function messagesOf(response: Response): () => Promise<LiveMessage | null> {
  const next = blocksOf(response)
  return async () => {
    for (;;) {
      const block = await next()
      if (block === null || block.startsWith('event: over')) return null
      const line = block.split('\n').find((each) => each.startsWith('data: '))
      if (line !== undefined) return JSON.parse(line.slice('data: '.length)) as LiveMessage
    }
  }
}

/** What stands between empty lines of a stream. */
export function blocksOf(response: Response): () => Promise<string | null> {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  let text = ''
  return async () => {
    while (!text.includes('\n\n')) {
      const { done, value } = await reader.read()
      if (done) return null
      text += decoder.decode(value, { stream: true })
    }
    const [block = '', ...rest] = text.split('\n\n')
    text = rest.join('\n\n')
    return block
  }
}

function asker(app: Hono): TestDashboard['ask'] {
  return async (path, init = {}) => {
    const headers = new Headers(init.headers)
    if (!headers.has('Host')) headers.set('Host', HOST)
    return await app.request(`http://${HOST}${path}`, { ...init, headers })
  }
}

function controlsOf(pressed: Pressed): DashboardControls {
  return {
    stop() {
      pressed.stops++
      return pressed.stops < 3
    },
    async halt(reason) {
      pressed.halts.push(reason)
    },
    starter: {
      scenarios: async () => ['checkout.ts', '<script>alert(1)</script>.yaml'],
      async start(request) {
        if (request.scenario !== 'checkout.ts') return 'unknown'
        pressed.starts.push(request)
        return pressed.starts.length === 1 ? 'started' : 'busy'
      },
      async search(request) {
        if (request.scenario !== 'checkout.ts') return 'unknown'
        pressed.searches.push(request)
        return pressed.searches.length === 1 ? 'started' : 'busy'
      },
    },
  }
}
