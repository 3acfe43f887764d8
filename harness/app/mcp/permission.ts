/**
 * Says what of a plan is not permitted. It looks at the resolved plan, so that spikes, scaled curves, several targets and
 * overrides count as what they come to; and it is asked again with the plan that is about to be used.
 */
import { HarnessError, messageOf, type Problem } from '../../base/errors.ts'
import { bareHost, isLoopback } from '../../base/loopback.ts'
import { formatCount, formatDurationMs } from '../../base/units.ts'
import type { RunPlan } from '../../model/plan.ts'
import { modelOf } from '../../model/plan-load.ts'
import { resourceProbes } from '../../probes/index.ts'
import { requirements } from '../../requirements/index.ts'
import { targetsOf } from '../../targets/outside/targets-of.ts'
import { outputs } from '../../telemetry/outputs/index.ts'
import type { PreparedPlan } from '../run/prepare.ts'
import type { Grants } from './grants.ts'
import { plannedDemand } from './planned-demand.ts'

/** Targets that run programs or touch files of this machine. */
const CODE_TARGETS: readonly string[] = ['exec', 'fs', 'function']

/** @throws HarnessError HOST_NOT_ALLOWED, NOT_GRANTED, LIMIT_EXCEEDED with every problem */
export function requirePermitted(prepared: Pick<PreparedPlan, 'plan' | 'module'>, grants: Grants): void {
  const hosts = hostProblems(prepared.plan, grants)
  refuse('HOST_NOT_ALLOWED', 'the scenario leads to a host that this server may not load', hosts, HOST_HINT)
  const code = codeProblems(prepared, grants)
  refuse('NOT_GRANTED', 'the scenario brings code that this server may not run', code, CODE_HINT)
  refuse(
    'LIMIT_EXCEEDED',
    'the load is larger than this server may send',
    limitProblems(prepared.plan, grants),
    LIMIT_HINT,
  )
}

const HOST_HINT =
  'Only whoever starts the server can allow a host: proofload mcp --allow-host HOST. What a scenario allows counts for nothing here.'
const CODE_HINT =
  'Leave it out, or ask whoever starts the server for --allow-code; a plugin has to be pinned besides.'
const LIMIT_HINT =
  'Ask for less, as the problems say. Only whoever starts the server can raise a limit: --max-rate, --max-agents, --max-duration.'

function refuse(
  code: 'HOST_NOT_ALLOWED' | 'NOT_GRANTED' | 'LIMIT_EXCEEDED',
  message: string,
  problems: readonly Problem[],
  hint: string,
): void {
  if (problems.length > 0) throw new HarnessError(code, message, { problems, hint })
}

/** Tests a host as it is written; a name of loopback that leads elsewhere is found by preflight. */
export function isHostGranted(host: string, { hosts }: Grants): boolean {
  return isLoopback(host) || hosts.map(bareHost).includes(bareHost(host))
}

/** All hosts that a plan names: of targets, mocks, probes, requirements, outputs, builds, and those it allows itself. */
function hostProblems(plan: RunPlan, grants: Grants): Problem[] {
  const targets = targetsOf(plan)
  const named = [
    ...Object.entries(plan.targets).map(([name, { plugin, config }]) =>
      hostsAt(`targets.${name}`, () => targets.get(plugin).hostsOf(config)),
    ),
    ...Object.entries(plan.mocks ?? {}).map(([name, { plugin, config }]) =>
      hostsAt(`mocks.${name}`, () => targets.get(plugin).hostsOf(config)),
    ),
    ...Object.entries(plan.probes).map(([name, { plugin, config }]) =>
      hostsAt(`probes.${name}`, () => resourceProbes.get(plugin).hostsOf(config)),
    ),
    ...plan.requires.map(({ plugin, config }, i) =>
      hostsAt(`requires[${i}]`, () => requirements.get(plugin).hostsOf(config)),
    ),
    ...Object.entries(plan.outputs?.to ?? {})
      .filter(([, { by }]) => by === 'scenario')
      .map(([name, { plugin, config }]) => hostsAt(`outputs.${name}`, () => outputHosts(plugin, config))),
    ...Object.entries(plan.services ?? {}).map(([name, { url }]) =>
      hostsAt(`services.${name}`, () => [new URL(url).hostname]),
    ),
    // Redirects and code go where these say.
    hostsAt('allowHosts', () => plan.allowHosts),
  ]
  return named
    .flat()
    .filter(({ host }) => host === null || !isHostGranted(host, grants))
    .map(hostProblem)
}

interface NamedHost {
  readonly path: string
  /** Null: it cannot be told. */
  readonly host: string | null
  readonly why: string
}

function hostsAt(path: string, read: () => readonly string[]): NamedHost[] {
  try {
    return read().map((host) => ({ path, host, why: '' }))
  } catch (error) {
    return [{ path, host: null, why: messageOf(error) }]
  }
}

function hostProblem({ path, host, why }: NamedHost): Problem {
  return {
    path,
    message: host === null ? `nobody can tell to which host it leads: ${why}` : `${host} is not allowed`,
    expected: 'loopback, or a host of --allow-host',
  }
}

function outputHosts(plugin: string, config: Readonly<Record<string, unknown>>): readonly string[] {
  const output = outputs.get(plugin)
  const { host } = output.placeOf(output.configSchema.parse(config))
  return host === null ? [] : [host]
}

function codeProblems({ plan, module }: Pick<PreparedPlan, 'plan' | 'module'>, grants: Grants): Problem[] {
  const unpinned = (plan.plugins ?? [])
    .filter(({ isPinned }) => !isPinned)
    .map(({ name }) => ({ path: `plugins.${name}`, message: 'the plugin is not pinned' }))
  return grants.code ? unpinned : [...codeIn(plan, module !== null)]
}

function* codeIn(plan: RunPlan, isModule: boolean): Generator<Problem> {
  if (isModule) yield { path: 'the whole document', message: 'it is a TypeScript or JavaScript scenario' }
  for (const { name } of plan.plugins ?? []) yield { path: `plugins.${name}`, message: 'a plugin is code' }
  for (const [name, { plugin, config }] of Object.entries({ ...plan.targets, ...plan.mocks })) {
    if (CODE_TARGETS.includes(plugin))
      yield { path: `targets.${name}`, message: `${plugin} acts on this machine` }
    if (config['executable'] !== undefined)
      yield { path: `targets.${name}.config.executable`, message: 'it names a program' }
  }
  for (const path of commandsIn(plan)) yield { path, message: 'it starts a command' }
}

/** Places of commands that a run starts beside its load. */
function commandsIn({ services = {}, visuals, requires }: RunPlan): string[] {
  return [
    ...Object.keys(services).map((name) => `services.${name}`),
    ...Object.entries(visuals).flatMap(([name, { command }]) =>
      command === null ? [] : [`visuals.${name}`],
    ),
    ...requires.flatMap(({ plugin }, i) => (plugin === 'command' ? [`requires[${i}]`] : [])),
  ]
}

function limitProblems(plan: RunPlan, { limits }: Grants): Problem[] {
  const { durationMs, agents, ratePerSec } = plannedDemand(plan)
  const problems: Problem[] = []
  if (durationMs > limits.durationMs)
    problems.push({
      path: 'duration',
      message: `${formatDurationMs(durationMs)} is too long`,
      expected: `at most ${formatDurationMs(limits.durationMs)}`,
    })
  if (modelOf(plan) !== 'open' && agents > limits.agents)
    problems.push({
      path: 'workload.agents',
      message: `${formatCount(agents)} agents are too many`,
      expected: `at most ${formatCount(limits.agents)}`,
    })
  const most = `${formatCount(limits.ratePerSec)}/s`
  if (ratePerSec === null)
    problems.push({
      path: 'workload',
      message: 'nothing bounds the rate of these agents: they neither think nor keep a pace',
      expected: `a think time or a pacing by which all targets together get at most ${most}`,
    })
  else if (ratePerSec > limits.ratePerSec * (1 + ROUNDING))
    problems.push({
      path: 'workload',
      message: `up to ${formatCount(Math.ceil(ratePerSec))} requests a second are too many`,
      expected: `at most ${most}: ${shareText(limits.ratePerSec / ratePerSec)} of this load`,
    })
  return problems
}

const ROUNDING = 1e-9

function shareText(share: number): string {
  return `${(Math.floor(share * 1_000) / 10).toFixed(1)} %`
}
