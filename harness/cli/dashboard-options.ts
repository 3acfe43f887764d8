/** Flags of the commands that serve a dashboard, and a run shown on one. */
import type { Command } from 'commander'
import type { RunFeed } from '../app/serve/run-feed.ts'
import { HarnessError, messageOf } from '../base/errors.ts'
import type { StopSwitch } from '../base/stop-request.ts'
import type { Host } from '../ports/host.ts'
import { LOOPBACK, parseListenAddress } from '../web/server/address.ts'
import type { RunConsole } from './run-console.ts'
import { checked } from './scenario-options.ts'

const TOKEN_VARIABLE = 'PROOFLOAD_UI_TOKEN'

export interface DashboardFlags {
  readonly uiToken?: string
}

export interface UiFlags extends DashboardFlags {
  readonly ui?: string | true
  readonly state: string
}

/** Adds `--ui-token`. */
export function addTokenOption(command: Command): Command {
  return command.option(
    '--ui-token <token>',
    `access token for the dashboard (or $${TOKEN_VARIABLE}); generated when listening beyond loopback`,
  )
}

/** Adds the flags of a command that can show its run on a dashboard. */
export function addUiOptions(command: Command): Command {
  const address = checked(parseListenAddress)
  return addTokenOption(
    command.option(
      '--ui [address]',
      'show the run on a web page; port or host:port (default: any free port on loopback)',
      address,
    ),
  )
}

export function tokenOf({ uiToken }: DashboardFlags, { env }: Host): string | null {
  return uiToken ?? (env[TOKEN_VARIABLE] || null)
}

/** @throws HarnessError USAGE for a token of no dashboard */
export function requireFittingUi({ ui, uiToken }: UiFlags): void {
  if (uiToken === undefined || ui !== undefined) return
  throw new HarnessError('USAGE', '--ui-token needs --ui: no dashboard is served', {
    hint: 'Add --ui, or leave out --ui-token.',
  })
}

/** Runs `body`, shown on a dashboard when the flags ask for one; closes the dashboard when every viewer has the result. */
export async function onDashboard<T>(
  flags: UiFlags,
  { host, stop }: { readonly host: Host; readonly stop: StopSwitch },
  { runs, say }: Pick<RunConsole, 'runs' | 'say'>,
  body: () => Promise<T>,
  tell: (feed: RunFeed, finished: T) => void,
): Promise<T> {
  if (flags.ui === undefined) return await body()
  // A web server, loaded by runs that are watched.
  const { openRunDashboard } = await import('../app/serve/dashboard.ts')
  const address = flags.ui === true ? { host: LOOPBACK, port: 0 } : parseListenAddress(flags.ui)
  const request = { address, token: tokenOf(flags, host), state: flags.state }
  const dashboard = await openRunDashboard(request, runs, stop, host)
  announce(dashboard, say, host)
  try {
    const finished = await body()
    tell(dashboard.feed, finished)
    return finished
  } catch (error) {
    dashboard.feed.failed(failureText(error))
    throw error
  } finally {
    await dashboard.close()
  }
}

/** Prints the address. A generated token bypasses the log, which would mask it. */
export function announce(
  { url, isTokenNew }: { readonly url: string; readonly isTokenNew: boolean },
  say: (text: string) => void,
  host: Host,
): void {
  const text = `dashboard: ${url}`
  if (isTokenNew) host.stderr.write(`${text}\n`)
  else say(text)
}

function failureText(error: unknown): string {
  return error instanceof HarnessError && error.hint !== undefined
    ? `${error.message}. ${error.hint}`
    : messageOf(error)
}
