/** `proofload emergency ...`: shows whether load may be sent, halts it everywhere, and resumes it. */
import { Command, Option } from 'commander'
import { type HaltedPool, haltPool } from '../app/pool/halt-pool.ts'
import { describeHolder, readDeployLock } from '../app/state/deploy-lock.ts'
import {
  type EmergencyAuditLine,
  type EmergencyChange,
  readEmergency,
  readEmergencyAudit,
  STATE_FILE,
  setEmergency,
  wantedEmergency,
  withState,
} from '../app/state/emergency.ts'
import { ERROR_EXIT_STATUS } from '../base/errors.ts'
import { formatAmount } from '../base/units.ts'
import { type Emergency, type EmergencyName, INITIAL_EMERGENCY, stopsLoad } from '../model/emergency.ts'
import type { LineOwner } from '../model/line.ts'
import type { Host } from '../ports/host.ts'
import { renderTextTable } from '../reporters/text-table.ts'
import type { CommandContext } from './command-context.ts'
import { addPoolOption, requirePool } from './pool-options.ts'

interface StateFlags {
  readonly state: string
  readonly json?: boolean
}

interface ChangeFlags extends StateFlags {
  readonly reason: string
  readonly on?: string
  readonly creds?: string
}

/** The number of changes that `status` shows. */
const AUDIT_LINES = 10

/** Subcommands that change the state. */
const CHANGES: readonly {
  readonly name: string
  readonly to: EmergencyName
  readonly description: string
  readonly example: string
}[] = [
  {
    name: 'alert',
    to: 'ALERT',
    description: 'record that something is wrong; load may still be sent',
    example: 'payment provider is slow',
  },
  {
    name: 'halt',
    to: 'HALT',
    description: 'stop all load that uses this state store, and refuse new runs',
    example: 'staging database is failing over',
  },
  {
    name: 'shutdown',
    to: 'SHUTDOWN',
    description: 'like halt, but the environment is going away',
    example: 'data centre exercise until 18:00',
  },
  {
    name: 'resume',
    to: 'NORMAL',
    description: 'allow load again',
    example: 'failover is done, replicas caught up',
  },
]

const EXAMPLES = `
Examples:
  proofload emergency status
  proofload emergency halt --reason 'staging database is failing over'
  proofload emergency resume --reason 'failover is done' --state redis://ci.example:6379`

/** `proofload emergency` */
export function addEmergencyCommand(emergency: Command, { host, exit }: CommandContext): void {
  emergency.addHelpText('after', EXAMPLES)
  addStatus(emergency, host, exit)
  for (const change of CHANGES) addChange(emergency, change, host)
}

const STATUS_HELP = `
Examples:
  proofload emergency status --state redis://ci.example:6379
  proofload emergency status --check && ./deploy.sh

Exit status with --check: 0 when load may be sent and deployments are not locked, 4 otherwise.`

/** Creates the `--state` option: the location of the state store. */
export function stateOption(): Option {
  return new Option('--state <where>', 'state store: a file, or redis://user:password@host:6379/0').default(
    STATE_FILE,
  )
}

function subcommand(emergency: Command, name: string, description: string): Command {
  const command = new Command(name)
    .description(description)
    .addOption(stateOption())
    .option('--json', 'print one JSON document on stdout')
  emergency.addCommand(command)
  return command
}

function addStatus(emergency: Command, host: Host, exit: (status: number) => void): void {
  subcommand(emergency, 'status', 'show whether load may be sent, who decided that, when and why')
    .option('--check', 'exit with 4 while load is halted or deployments are locked, for deploy scripts')
    .addHelpText('after', STATUS_HELP)
    .action(async (flags: StateFlags & { readonly check?: boolean }) => {
      const status = await withState(flags.state, host, async (store) => ({
        emergency: await readEmergency(store),
        line: await readDeployLock(store),
        audit: await readEmergencyAudit(store, AUDIT_LINES),
      }))
      print(host, flags, status, () => statusText(status))
      const isStopped = stopsLoad(status.emergency.state) || status.line !== null
      if (flags.check === true && isStopped) exit(ERROR_EXIT_STATUS.LINE_STOPPED)
    })
}

function addChange(emergency: Command, change: (typeof CHANGES)[number], host: Host): void {
  const { name, to, description, example } = change
  const command = subcommand(emergency, name, description)
  if (stopsLoad(to))
    addPoolOption(command).addHelpText(
      'after',
      `\nWith --on, every worker of that pool ends its load as well, whatever its coordinator does.`,
    )
  command
    .requiredOption('--reason <text>', 'why; stored together with who and when')
    .addHelpText('after', `\nExample:\n  proofload emergency ${name} --reason '${example}'`)
    .action(async (flags: ChangeFlags) => {
      const wanted = wantedEmergency(to, flags.reason, host)
      const changed = await setEmergency(flags.state, wanted, host)
      for (const trouble of changed.troubles) host.stderr.write(`note: ${trouble}\n`)
      if (flags.on === undefined) return print(host, flags, changed, () => changeText(changed))
      const pool = await haltPool(requirePool(flags), { by: wanted.by, reason: wanted.reason }, host)
      print(host, flags, { ...changed, pool }, () => `${changeText(changed)}${poolText(pool)}`)
    })
}

function print(host: Host, { json }: StateFlags, value: unknown, text: () => string): void {
  host.stdout.write(json === true ? `${JSON.stringify(value)}\n` : text())
}

function poolText({ workers, busy }: HaltedPool): string {
  const left = busy.length === 0 ? 'all are idle' : `not idle yet: ${busy.join(', ')}`
  return `${formatAmount(workers, 'worker')} told to end their load; ${left}\n`
}

function changeText({ changed, now }: EmergencyChange): string {
  return changed ? `${now.state}: ${now.reason}\n` : `no change: ${standingText(now)}\n`
}

function standingText(emergency: Emergency): string {
  const { state, by, at, reason } = emergency
  return by === INITIAL_EMERGENCY.by ? `${state}, ${reason}` : `${state} since ${at}, by ${by}: ${reason}`
}

interface Status {
  readonly emergency: Emergency
  readonly line: LineOwner | null
  readonly audit: readonly EmergencyAuditLine[]
}

function adviceText({ state }: Emergency, line: LineOwner | null): string {
  if (stopsLoad(state))
    return 'no load may be sent; to allow it again: proofload emergency resume --reason <text>'
  if (line === null) return 'load may be sent'
  return `no load may be sent: the deploy lock is held by ${describeHolder(line)}; see: proofload rollback status`
}

function statusText({ emergency, line, audit }: Status): string {
  const rows = audit.map(({ at, from, state, by, reason }) => [at, `${from ?? '?'} -> ${state}`, by, reason])
  const table =
    rows.length === 0
      ? ''
      : `\n${renderTextTable({ title: '', heads: ['when', 'change', 'by', 'why'], rows })}`
  return `${standingText(emergency)}\n${adviceText(emergency, line)}\n${table}`
}
