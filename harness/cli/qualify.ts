import { Command, InvalidArgumentError, Option } from 'commander'
import {
  checkQualification,
  type FinishedQualification,
  type QualificationRequest,
} from '../app/qualification/qualification.ts'
import {
  DEFAULT_QUALIFICATION_REPORTS,
  qualificationReports,
} from '../app/qualification/qualification-reports.ts'
import { decideApproval, runQualification } from '../app/qualify.ts'
import { HarnessError } from '../base/errors.ts'
import { formatAmount } from '../base/units.ts'
import { visible } from '../base/visible.ts'
import { activitiesTable, stagesTable } from '../reporters/qualification-table.ts'
import { renderTextTable } from '../reporters/text-table.ts'
import { criticalPathText, pathTexts, wholeTime } from '../text/critical-path-text.ts'
import { chainText } from '../text/qualification-text.ts'
import type { CommandContext } from './command-context.ts'
import { stateOption } from './emergency.ts'
import { qualifyProgress } from './qualify-progress.ts'
import { addLogOptions, type LogFlags, RunConsole } from './run-console.ts'
import { addHistoryOptions, type HistoryFlags, historyOf, requireFittingHistory } from './verdict-options.ts'

interface QualifyFlags extends LogFlags, HistoryFlags {
  readonly check?: boolean
  readonly only?: readonly string[]
  readonly from?: string
  readonly resume?: string
  readonly retryFailed?: boolean
  readonly retry?: readonly string[]
  readonly skip?: readonly string[]
  readonly approve?: readonly string[]
  readonly mocks: boolean
  readonly strict?: boolean
  readonly report: readonly string[]
  readonly out: string
  readonly state: string
  readonly json?: boolean
}

const HELP = `
Runs the activities of a plan in the order of what they need, judges its stages, and ends in one answer. What did not run is never
a pass. Every step is on disk before it is done, so that a qualification that was killed goes on with --resume.

Examples:
  proofload qualify scenarios/qualification.yaml
  proofload qualify scenarios/qualification.yaml --check
  proofload qualify plan.yaml --only smoke,hours
  proofload qualify plan.yaml --resume reports/qualify/release/qualify-20261121-093005-4f2a --retry-failed
  proofload qualify plan.yaml --skip data "the seeded sample is there" --approve release "jo"
  proofload qualify approve reports/qualify/release/qualify-20261121-093005-4f2a release --by jo

Exit status: 0 GO, 1 NO-GO, 2 the plan is invalid, 3 INCONCLUSIVE, 4 blocked before the first activity, 5 a rollback or an undo
failed, 130 interrupted.`

/** `proofload qualify` */
export function addQualifyCommand(command: Command, context: CommandContext): void {
  const { host } = context
  command.argument('<plan>', 'qualification plan (.yaml, .json, .ts)').enablePositionalOptions()
  addApprove(command, context)
  addHistoryOptions(addLogOptions(addPartOptions(command)))
    .option('--no-mocks', 'what would run on a mock fails')
    .option('--strict', 'cautions of a run make it inconclusive (release gates)')
    .addOption(
      new Option('--report <names>', `reports to write, repeatable: ${qualificationReports.names.join(', ')}`)
        .argParser(chosenReports)
        .default(DEFAULT_QUALIFICATION_REPORTS, DEFAULT_QUALIFICATION_REPORTS.join(',')),
    )
    .option('--out <folder>', 'folder for the reports', 'reports')
    .addOption(stateOption())
    .option('--json', 'print the qualification as one JSON document on stdout')
    .addHelpText('after', HELP)
    .action(async (file: string, flags: QualifyFlags) => {
      requireFitting(flags)
      if (flags.check === true) {
        host.stdout.write(await checkText(file, flags, context))
        return
      }
      const finished = await run(file, flags, context)
      host.stdout.write(
        flags.json === true
          ? `${JSON.stringify({ ...finished.record, files: finished.files })}\n`
          : textOf(finished),
      )
      context.exit(finished.exitCode)
    })
}

function addPartOptions(command: Command): Command {
  return command
    .option('--check', 'find everything that is wrong with the plan and its scenarios; run nothing')
    .option('--only <names>', 'run only these activities: a,b; the plan cannot end GO', namesIn)
    .option('--from <stage>', 'run this stage and those after it; the plan cannot end GO')
    .option('--resume <folder>', 'go on with the qualification in this folder')
    .option('--retry-failed', 'with --resume: run again what did not pass, and what needs it')
    .option('--retry <names>', 'with --resume: run these again, also what was cut off: a,b', namesIn)
    .option('--skip <activity and why...>', 'skip an activity, which is not a pass: --skip data "why"')
    .option('--approve <activity and who...>', 'decide an approval: --approve release "jo"')
}

function addApprove(qualify: Command, { host }: CommandContext): void {
  const command = new Command('approve')
    .description('decide an approval that a qualification waits for')
    .argument('<folder>', 'folder of the qualification')
    .argument('<activity>', 'the approval')
    .requiredOption('--by <name>', 'who decides')
    .option('--comment <text>', 'why')
    .option('--reject', 'reject it')
    .addOption(stateOption())
    .addHelpText(
      'after',
      '\nExample:\n  proofload qualify approve reports/qualify/release/qualify-20261121-093005-4f2a release --by jo',
    )
    .action(async (folder: string, activity: string, flags: ApproveFlags) => {
      const { by, comment = null, reject = false, state } = flags
      const decision = reject ? 'rejected' : 'approved'
      const made = await decideApproval({ folder, activity, decision, by, comment, state }, host)
      host.stdout.write(`${activity}: ${made.decision} by ${visible(by)} at ${made.at}\n`)
    })
  qualify.addCommand(command)
}

interface ApproveFlags {
  readonly by: string
  readonly comment?: string
  readonly reject?: boolean
  readonly state: string
}

/** @throws HarnessError USAGE */
function requireFitting(flags: QualifyFlags): void {
  requireFittingHistory(flags)
  const refuse = (message: string, hint: string) => {
    throw new HarnessError('USAGE', message, { hint })
  }
  if (flags.only !== undefined && flags.from !== undefined)
    refuse('--only and --from cannot be combined', 'Name activities, or a stage.')
  for (const [flag, value] of Object.entries({ '--retry': flags.retry, '--retry-failed': flags.retryFailed }))
    if (value !== undefined && flags.resume === undefined)
      refuse(`${flag} needs --resume`, 'Name the folder of the qualification that goes on.')
}

async function run(
  file: string,
  flags: QualifyFlags,
  { host, interrupts }: CommandContext,
): Promise<FinishedQualification> {
  const stop = interrupts.take()
  const progress = new RunConsole(host, flags, stop)
  const request: QualificationRequest = {
    ...{ file, outDir: flags.out, state: flags.state, stop, history: historyOf(flags) },
    ...{ only: flags.only ?? null, from: flags.from ?? null },
    ...{ strict: flags.strict === true, noMocks: !flags.mocks },
    ...{ resume: flags.resume ?? null, retryFailed: flags.retryFailed === true, retry: flags.retry ?? [] },
    skips: pairsOf('--skip', flags.skip).map(([activity, why]) => ({ activity, why })),
    approvals: pairsOf('--approve', flags.approve).map(([activity, by]) => ({ activity, by })),
    reports: flags.report,
  }
  const watch = qualifyProgress(progress.say)
  return await runQualification(request, progress.host, progress, watch).finally(() => progress.done())
}

async function checkText(file: string, flags: QualifyFlags, { host }: CommandContext): Promise<string> {
  const { plan, cautions, schedule } = await checkQualification({ file, outDir: flags.out }, host)
  if (flags.json === true) return `${JSON.stringify({ ...plan, cautions, criticalPath: schedule.path })}\n`
  const expected = new Map(plan.activities.map(({ name, expectedMs }) => [name, expectedMs]))
  const lines = [
    `${plan.name}: valid. ${formatAmount(plan.stages.length, 'stage')}, ${plan.activities.length} activities. Plan ${plan.hash.slice(0, 16)}.`,
    criticalPathText(schedule.path, (name) => expected.get(name) ?? 0),
    ...cautions.map((caution) => `note: ${caution}`),
    renderTextTable({
      title: 'Activities',
      heads: ['activity', 'stage', 'role', 'kind', 'needs', 'start', 'expected', 'slack'],
      rows: plan.activities.map(({ name, stage, role, kind, needs, expectedMs }) => [
        ...[name, stage, role, kind, needs.join(', ')],
        wholeTime(schedule.spans.get(name)?.startMs ?? 0),
        wholeTime(expectedMs),
        wholeTime(schedule.slackMs.get(name) ?? 0),
      ]),
    }),
  ]
  return `${lines.join('\n')}\n`
}

/** The verdict comes last, where a terminal leaves the eye. */
function textOf({ record, files, failures }: FinishedQualification): string {
  const { verdict } = record
  const lines = [
    '',
    renderTextTable(stagesTable(record)),
    renderTextTable(activitiesTable(record)),
    ...Object.entries(files).map(([name, path]) => `${name} ${path}`),
    ...failures,
    pathTexts(record)[1],
    ...verdict.cautions.map(({ message }) => visible(`note: ${message}`)),
    ...verdict.reasons.slice(1).map(({ code, message }) => visible(`${code}: ${message}`)),
    ...(verdict.chain.length === 0 ? [] : [visible(chainText(verdict.chain))]),
    visible(verdict.message),
  ]
  return `${lines.join('\n')}\n`
}

function namesIn(text: string): string[] {
  return text.split(',').map((name) => name.trim())
}

/** `a why b why`: words that come in pairs. @throws HarnessError USAGE */
function pairsOf(flag: string, words: readonly string[] = []): (readonly [string, string])[] {
  if (words.length % 2 === 1)
    throw new HarnessError('USAGE', `${flag} takes an activity and a text: ${words.join(' ')}`, {
      hint: `For example: ${flag} data "why", after the plan.`,
    })
  return words.flatMap((word, i) => (i % 2 === 0 ? [[word, words[i + 1] ?? ''] as const] : []))
}

function chosenReports(text: string, before: readonly string[]): readonly string[] {
  const names = text.split(',').map((name) => {
    if (name.trim() === '') throw new InvalidArgumentError('It must be names of reports.')
    return qualificationReports.get(name.trim()).name
  })
  return [...new Set([...(before === DEFAULT_QUALIFICATION_REPORTS ? [] : before), ...names])]
}
