import type { Command } from 'commander'
import type { PublishedCapacity } from '../app/capacity/publish-capacity.ts'
import type { FinishedRun } from '../app/run/publish.ts'
import { readApiToken } from '../app/serve/api-token.ts'
import { serve } from '../app/serve/serve.ts'
import type { Host } from '../ports/host.ts'
import { outcomeText } from '../text/outcome-text.ts'
import { LOOPBACK } from '../web/server/address.ts'
import type { CommandContext } from './command-context.ts'
import { addTokenOption, announce, type DashboardFlags, tokenOf } from './dashboard-options.ts'
import { addFolderOptions, type FolderFlags } from './folder-options.ts'
import { addPoolOption, requirePool } from './pool-options.ts'
import { renderError } from './render-error.ts'
import { wholeNumber } from './scenario-options.ts'

interface ServeFlags extends DashboardFlags, FolderFlags {
  readonly port: number
  readonly host: string
  readonly on?: string
  readonly creds?: string
}

const PORT = 7171
const API_CLOSED = 'the API is closed: set PROOFLOAD_API_TOKEN or PROOFLOAD_API_TOKEN_FILE to open it'
const EXAMPLES = `
Examples:
  proofload serve
  proofload serve --on nats://127.0.0.1:4222/main
  proofload serve --port 8080 --scenarios load/scenarios --store postgres://ci.example/history
  PROOFLOAD_API_TOKEN_FILE=/run/secrets/proofload proofload serve --store postgres://ci.example/history
  PROOFLOAD_UI_TOKEN=$(openssl rand -hex 32) proofload serve --host 0.0.0.0`

/** `proofload serve` */
export function addServeCommand(command: Command, { host, exit, interrupts }: CommandContext): void {
  const listening = addPoolOption(addTokenOption(command))
    .option('--port <n>', 'port to listen on; 0 for any free port', wholeNumber(0, 65_535), PORT)
    .option('--host <host>', 'address to listen on; beyond loopback, viewers need a token', LOOPBACK)
  addFolderOptions(listening, 'folder of the scenarios that can be started from the page')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: ServeFlags) => {
      const say = (text: string) => host.stderr.write(`${text}\n`)
      const stop = interrupts.take()
      const request = { ...requestOf(flags, host), stop }
      await serve(request, host, observerOf(say), (serving) => {
        announce(serving, say, host)
        if (serving.scenarioCount === 0)
          say(`no scenario in ${flags.scenarios}: no run can be started from the page`)
        for (const { name, scenario, nextAt } of serving.schedules)
          say(`schedule ${name}: ${scenario}, next ${nextAt ?? 'never'}`)
        say(request.apiToken === null ? API_CLOSED : 'API: GET /api/openapi.json')
        say('ctrl-C stops the server after a run in progress has drained')
        return serving.over
      })
      exit(0)
    })
}

function requestOf(flags: ServeFlags, host: Host) {
  const { port, out: outDir, scenarios, store, baselines, state } = flags
  const address = { host: flags.host.replace(/^\[|\]$/g, ''), port }
  const pool = flags.on === undefined ? null : requirePool(flags)
  const tokens = { token: tokenOf(flags, host), apiToken: readApiToken(host.env) }
  return { address, ...tokens, scenarios, outDir, store, baselines, state, pool }
}

/** Creates the observer that prints which runs were started and how they ended. */
function observerOf(say: (text: string) => void) {
  return {
    onStart: (scenario: string, by: string) => say(`${scenario}: started by ${by}`),
    onEnd: ({ record, verdict, files }: FinishedRun) =>
      say(`${record.runId} of ${record.scenario}: ${outcomeText(verdict.outcome)}, ${files['record']}`),
    onAnswer: ({ record, files }: PublishedCapacity) =>
      say(
        `${record.capacityId} of ${record.scenario}: ${outcomeText(record.answer.outcome)}, ${files['record']}`,
      ),
    onFailure: (error: unknown) => say(renderError(error).trimEnd()),
    onNote: say,
  }
}
