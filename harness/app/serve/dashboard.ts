/** A dashboard in this process: its board, its port, its token, and the halt that its page may ask for. */
import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { Hono } from 'hono'
import { HarnessError } from '../../base/errors.ts'
import { beyondLoopback, isLoopback } from '../../base/loopback.ts'
import type { StopSwitch } from '../../base/stop-request.ts'
import type { WatchedRuns } from '../../live/watched-runs.ts'
import type { Host } from '../../ports/host.ts'
import { loadPageAssets } from '../../web/page-assets.ts'
import { type ListenAddress, urlOf } from '../../web/server/address.ts'
import { listenAt } from '../../web/server/listen.ts'
import { LiveBoard } from '../../web/server/live-board.ts'
import { createDashboard, type DashboardControls } from '../../web/server/server.ts'
import { createServiceApi, type ServiceAccess } from '../../web/server/service-api.ts'
import type { ServiceControls } from '../../web/server/service-controls.ts'
import { VERSION } from '../run/version.ts'
import { setEmergency, wantedEmergency } from '../state/emergency.ts'
import { RunFeed } from './run-feed.ts'

/** Pages get this long to hear how it ended. */
const FAREWELL_MS = 2_000
const CLOSE_MS = 500
const TOKEN_CHARS_MIN = 16
/** The number of different characters: sixteen times the same one is soon guessed. */
const TOKEN_DISTINCT_MIN = 8

export interface DashboardRequest {
  readonly address: ListenAddress
  /** Access token. Null: none on loopback, a generated one elsewhere. */
  readonly token: string | null
  /** State store that a halt is written to. */
  readonly state: string
}

export interface OpenDashboard {
  readonly board: LiveBoard
  /** Address to open; holds the token when it was generated, as nobody could know it otherwise. */
  readonly url: string
  readonly isTokenNew: boolean
  /** Closes when every page has heard how it ended, after two seconds at the latest. */
  close(): Promise<void>
}

/** The parts of a dashboard besides the page of the present run. */
export interface DashboardRooms {
  readonly history: Hono | null
  /** Null: there is no interface for programs; a token of null closes it. */
  readonly programs: Programs | null
}

interface Programs {
  readonly controls: ServiceControls
  readonly token: string | null
}

function accessOf({ token }: Programs, pageToken: string | null, isLocal: boolean): ServiceAccess {
  return { apiToken: token === null ? null : requireStrong(token), pageToken, isLocal, version: VERSION }
}

/** @throws HarnessError DASHBOARD_UNAVAILABLE, INSTALLATION_BROKEN, USAGE for a token that is soon guessed */
export async function openDashboard(
  request: DashboardRequest,
  controls: Omit<DashboardControls, 'halt'>,
  { history, programs }: DashboardRooms,
  host: Host,
): Promise<OpenDashboard> {
  const { address, state } = request
  const isLocal = await isOnLoopback(address)
  const token = request.token === null ? null : requireStrong(request.token)
  const madeUp = token === null && !isLocal ? randomBytes(32).toString('base64url') : null
  const board = new LiveBoard(host.clock)
  const halt = async (reason: string) => {
    const wanted = wantedEmergency('HALT', reason, host)
    await setEmergency(state, { ...wanted, by: `${wanted.by}, dashboard` }, host)
  }
  const dashboard = createDashboard({
    board,
    controls: { ...controls, halt },
    assets: await loadPageAssets(),
    clock: host.clock,
    history,
    service:
      programs === null
        ? null
        : createServiceApi(programs.controls, accessOf(programs, token ?? madeUp, isLocal)),
    token: token ?? madeUp,
    isLocal,
  })
  const listening = await listenAt(dashboard, address, host.clock)
  const url = urlOf(reachable(listening.address))
  return {
    board,
    url: madeUp === null ? `${url}/` : `${url}/?token=${madeUp}`,
    isTokenNew: madeUp !== null,
    async close() {
      board.end()
      await dashboard.viewers.allTold(FAREWELL_MS)
      await listening.close(CLOSE_MS)
    },
  }
}

/** A run that pages look at while it lasts. */
export interface RunDashboard extends Pick<OpenDashboard, 'url' | 'isTokenNew'> {
  readonly feed: RunFeed
  close(): Promise<void>
}

/** Opens a dashboard for the runs of a command. @param stop of the runs, which the page presses */
export async function openRunDashboard(
  request: DashboardRequest,
  runs: WatchedRuns,
  stop: StopSwitch,
  host: Host,
): Promise<RunDashboard> {
  let feed: RunFeed | null = null
  const controls = { stop: () => feed?.press() ?? false, starter: null }
  const { board, url, isTokenNew, close } = await openDashboard(
    request,
    controls,
    { history: null, programs: null },
    host,
  )
  feed = new RunFeed(board, runs, stop)
  return { feed, url, isTokenNew, close }
}

/** Tests whether only this machine reaches it. A name without an address is not loopback, and nobody can listen there. */
async function isOnLoopback({ host }: ListenAddress): Promise<boolean> {
  if (!isLoopback(host)) return false
  return (await beyondLoopback(host).catch(() => [host])).length === 0
}

function requireStrong(token: string): string {
  const isVaried = new Set(token).size >= TOKEN_DISTINCT_MIN
  if (token.length >= TOKEN_CHARS_MIN && isVaried && /^[\w.~-]+$/.test(token)) return token
  throw new HarnessError(
    'USAGE',
    'the token of the dashboard or of the API is too easy to guess, or no cookie can hold it',
    {
      hint: `Give at least ${TOKEN_CHARS_MIN} letters, digits and ._~- , ${TOKEN_DISTINCT_MIN} of them different, such as: openssl rand -hex 32`,
    },
  )
}

/** Names the machine in place of an address that stands for all of its addresses. */
function reachable({ host, port }: ListenAddress): ListenAddress {
  return { host: host === '0.0.0.0' || host === '::' ? hostname() : host, port }
}
