import type { Command } from 'commander'
import { givenLoad } from '../app/run/given-load.ts'
import { isGood } from '../app/trial/journey-trial.ts'
import { type TrialObserver, type TrialRequest, tryScenario } from '../app/trial/try-scenario.ts'
import { requireUpdatable, updateScenario } from '../app/trial/update-scenario.ts'
import { writeHar } from '../app/trial/write-har.ts'
import type { TriedRequest } from '../model/tried-request.ts'
import type { Host } from '../ports/host.ts'
import {
  renderDecision,
  renderFailedByCode,
  renderJourney,
  renderTriedRequest,
  renderWalked,
} from '../reporters/trial-text.ts'
import type { UrlFlags } from '../scenario/from-url/url-source.ts'
import type { CommandContext } from './command-context.ts'
import { stateOption } from './emergency.ts'
import { addRequestOptions, urlFlagsOf } from './request-options.ts'
import { addSteadyOptions, overridesOf, type SteadyFlags, wholeNumber } from './scenario-options.ts'

interface TryFlags extends SteadyFlags, UrlFlags {
  readonly journey?: string
  readonly iterations: number
  readonly har?: string
  readonly update?: boolean
  readonly out: string
  readonly state: string
}

const EXAMPLES = `
Examples:
  proofload try scenarios/checkout.ts --journey buy
  proofload try scenarios/checkout.yaml --iterations 3 --har trial.har
  proofload try scenarios/checkout.yaml --update
  proofload try http://127.0.0.1:8080/orders -X POST -d @order.json`

const ITERATIONS_MAX = 1_000

/** `proofload try` */
export function addTryCommand(command: Command, { host, exit, interrupts }: CommandContext): void {
  addRequestOptions(addSteadyOptions(command.argument('[scenario...]', 'scenario file, or URLs')))
    .optionsGroup('Options:')
    .option('--journey <name>', 'the journey to walk (default: each of them)')
    .option('--iterations <n>', 'how often it is walked', wholeNumber(1, ITERATIONS_MAX), 1)
    .option('--har <file>', 'write the requests over HTTP as an archive that browsers read')
    .option('--update', 'put what was answered into the expectations of the file (YAML and JSON)')
    .option('--out <folder>', 'folder for the reports of runs; must be writable', 'reports')
    .addOption(stateOption())
    .addHelpText('after', EXAMPLES)
    .action(async (given: string[], { iterations, ...flags }: TryFlags) => {
      const { scenario, host: withSecrets } = givenLoad(given, urlFlagsOf(flags), overridesOf(flags), host)
      if (flags.update === true) requireUpdatable(scenario.source)
      const { journey = null, out: outDir, state } = flags
      const stop = interrupts.take()
      exit(await tryOut({ ...scenario, journey, iterations, outDir, state, stop }, flags, withSecrets))
    })
}

async function tryOut(
  request: TrialRequest,
  { har, update }: Pick<TryFlags, 'har' | 'update'>,
  host: Host,
): Promise<number> {
  const requests: TriedRequest[] = []
  const tried = await tryScenario(request, host, observerOf(host, requests))
  if (har !== undefined) {
    await writeHar(har, requests, host.cwd)
    host.stdout.write(`Wrote ${har}.\n`)
  }
  if (update === true) {
    const { updated, left } = await updateScenario(request.source, requests, host.cwd)
    for (const place of updated) host.stdout.write(`updated ${place}\n`)
    for (const place of left) host.stdout.write(`left as it is, change it by hand: ${place}\n`)
  }
  return tried.length > 0 && tried.every(isGood) ? 0 : 1
}

/** Prints what it is told, and keeps the requests. */
function observerOf({ stdout, stderr }: Host, requests: TriedRequest[]): TrialObserver {
  const { hasColours } = stdout
  let number = 0
  return {
    onJourney(journey) {
      number = 0
      stdout.write(renderJourney(journey, hasColours))
    },
    onEvent(event) {
      if (event.kind === 'failed-by-code')
        return stdout.write(renderFailedByCode(event.step, event.reason, hasColours))
      if (event.kind === 'decision')
        return stdout.write(renderDecision(event.question, event.answer, hasColours))
      requests.push(event.request)
      stdout.write(renderTriedRequest(event.request, ++number, hasColours))
    },
    onWalked: (journey) => stdout.write(`${renderWalked(journey, hasColours)}\n`),
    onNote: (message) => stderr.write(`${message}\n`),
  }
}
