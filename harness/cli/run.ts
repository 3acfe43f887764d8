import type { Command } from 'commander'
import pc from 'picocolors'
import { BASELINES_FOLDER } from '../app/baselines.ts'
import { describePlan } from '../app/describe-plan.ts'
import { defaultThreads, preparePlan } from '../app/prepare.ts'
import { type RunProgress, runScenario } from '../app/run.ts'
import { formatDurationMs } from '../base/units.ts'
import { createProgressView } from '../live/progress.ts'
import type { Host } from '../ports/host.ts'
import { reporters } from '../reporters/index.ts'
import { addScenarioOptions, overridesOf, type ScenarioFlags, wholeNumber } from './scenario-options.ts'

interface RunFlags extends ScenarioFlags {
  readonly threads?: number
  readonly out: string
  readonly strict?: boolean
  readonly json?: boolean
  readonly quiet?: boolean
  readonly dryRun?: boolean
  readonly baseline?: string
  readonly baselines: string
}

const EXAMPLES = `
Examples:
  proofload run scenarios/checkout.ts
  proofload run scenarios/checkout.ts --target http://127.0.0.1:8080 --agents 100 --duration 2m
  proofload run http://127.0.0.1:8080/ --agents 50 --duration 10s
  proofload run http://127.0.0.1:8080/ --rate 500/s --duration 30s --json > verdict.json
  proofload run scenarios/checkout.ts --baseline main --strict
  proofload run scenarios/checkout.ts --dry-run --seed 7`

/** `proofload run` */
export function addRunCommand(program: Command, host: Host, exit: (status: number) => void): void {
  addScenarioOptions(
    program.command('run').argument('<scenario>', 'scenario file (.ts, .js, .yaml, .json) or URL'),
  )
    .description('put a target under load and end with a verdict')
    .option('--threads <n>', 'worker threads; cores - 1 unless said', wholeNumber(1, 256))
    .option('--out <folder>', 'where reports go', 'reports')
    .option('--strict', 'cautions make the verdict INCONCLUSIVE (release gates)')
    .option('--baseline <name>', 'compare with an approved baseline (see: proofload baseline)')
    .option('--baselines <folder>', 'where baselines are', BASELINES_FOLDER)
    .option('--json', 'print the verdict as one JSON document on stdout')
    .option('--quiet', 'no progress')
    .option('--dry-run', 'print the resolved plan, its hash and its shares; send nothing')
    .addHelpText('after', EXAMPLES)
    .action(async (source: string, flags: RunFlags) =>
      exit(flags.dryRun ? await dryRun(source, flags, host) : await run(source, flags, host)),
    )
}

async function run(source: string, flags: RunFlags, host: Host): Promise<number> {
  const view = createProgressView(host.stderr, flags.quiet === true)
  const progress: RunProgress = {
    onPrepared(plan, threads, findings) {
      for (const { level, check, message, hint } of findings) {
        if (level === 'advice') view.say(`${pc.yellow('note')} ${check}: ${message}. ${hint ?? ''}`)
      }
      const { pattern, model, agents } = plan.workload
      view.say(
        `${pc.bold(plan.scenario)}: ${pattern} (${model} model), up to ${agents} agents, ${formatDurationMs(plan.durationMs)}, seed ${plan.seed}, ${threads} thread${threads === 1 ? '' : 's'}`,
      )
    },
    onInterval: (interval, plan) => view.update(interval, plan),
    onNote: (message) => view.say(`${pc.yellow('note')} ${message}`),
  }
  const request = {
    source,
    overrides: overridesOf(flags),
    threads: flags.threads ?? null,
    outDir: flags.out,
    strict: flags.strict === true,
    baseline: flags.baseline === undefined ? null : { name: flags.baseline, folder: flags.baselines },
  }
  const { record, verdict } = await runScenario(request, host, progress).finally(() => view.done())
  host.stdout.write(
    flags.json === true
      ? `${JSON.stringify(verdict)}\n`
      : reporters.get('console').render({ record, verdict, terminal: host.stdout.isTerminal }),
  )
  return verdict.exitCode
}

async function dryRun(source: string, flags: RunFlags, host: Host): Promise<number> {
  const prepared = await preparePlan(source, overridesOf(flags), host)
  const described = describePlan(prepared, flags.threads ?? defaultThreads(prepared.plan, host))
  host.stdout.write(
    flags.json === true ? `${JSON.stringify(described)}\n` : `${JSON.stringify(described, null, 2)}\n`,
  )
  return 0
}
