/** What a rollback is resumed with, when the process that ran the load is dead. */
import { firingAlerts } from '../../analysis/monitor/objective-event.ts'
import { verdictAlert } from '../../analysis/verdict-alert.ts'
import { HarnessError, messageOf } from '../../base/errors.ts'
import type { StopRequest } from '../../base/stop-request.ts'
import type { Alert } from '../../model/alert.ts'
import type { RunPlan } from '../../model/plan.ts'
import type { Host } from '../../ports/host.ts'
import type { StateStore } from '../../ports/state-store.ts'
import type { Overrides } from '../../scenario/overrides.ts'
import { fillSecrets, resolveSecrets } from '../../scenario/secrets.ts'
import { readRunRecord, readVerdictBeside } from '../../store/stored-run.ts'
import { targets } from '../../targets/index.ts'
import { createAlerting } from '../run/alerting.ts'
import { preparePlan } from '../run/prepare.ts'
import { rollbackAlert } from './outcome.ts'
import type { CreateHooks } from './request.ts'
import { createValidation } from './validation.ts'

export interface ResumeParts {
  readonly host: Host
  readonly store: StateStore
  /** Where the store is. */
  readonly location: string
  /** Of the run. */
  readonly folder: string
  readonly note: (message: string) => void
  readonly stop: StopRequest
}

export function createResumeHooks({
  host: here,
  store,
  location,
  folder,
  note,
  stop,
}: ResumeParts): CreateHooks {
  return ({ begun, record }) => {
    const { validation, facts, plan, cwd } = begun
    const host = { ...here, cwd }
    const scenario = async () =>
      (await preparePlan(validation.source, validation.overrides as Overrides, host)).plan
    return {
      // Load ends with the process that sends it.
      drain: () => Promise.resolve(),
      evidence: () => ({
        note: 'the process of the run was killed; what it had measured is in journal.ndjson',
      }),
      probe: async () => probeTargets(await scenario(), host),
      validate: createValidation({
        source: validation,
        facts,
        validationMs: plan.validationMs,
        folder,
        store,
        location,
        host,
        live: null,
        note,
      }),
      async tell(alert, isWell) {
        const { alerts, secrets: names } = await scenario()
        const secrets = resolveSecrets(names, host.env)
        const { clock, stderr } = host
        const known = [
          ...(await alertsOfRun(folder, note)),
          ...(record === null ? [] : [rollbackAlert(record, facts, begun.at)]),
        ]
        const alerting = createAlerting({
          plan: alerts,
          secrets,
          known,
          clock,
          stderr,
          onWarning: note,
          giveUp: stop.abortSignal,
        })
        alerting.raise(alert)
        if (isWell) alerting.resolveAll(alert.at, alert.summary)
        await alerting.close()
      },
    }
  }
}

/** What the process of the run had told and not said to be over; nothing when its record was not written. Never rejects. */
async function alertsOfRun(folder: string, note: (message: string) => void): Promise<Alert[]> {
  try {
    const record = await readRunRecord(folder, folder)
    const verdict = await readVerdictBeside(folder, record, folder)
    const ofVerdict = verdict === null ? null : verdictAlert(record, verdict, record.finishedAt)
    return [...firingAlerts(record), ...(ofVerdict === null ? [] : [ofVerdict])]
  } catch (error) {
    const isUnwritten = error instanceof HarnessError && error.code === 'RECORD_NOT_FOUND'
    if (!isUnwritten) note(`alerts that the run had sent are not said to be over: ${messageOf(error)}`)
    return []
  }
}

/** One look at each target; what is wrong with them. A target that its scenario starts has nothing to look at before. */
export async function probeTargets(
  plan: RunPlan,
  { clock, env }: Pick<Host, 'clock' | 'env'>,
): Promise<string[]> {
  const filled = fillSecrets(plan.targets, resolveSecrets(plan.secrets, env))
  const problems = await Promise.all(
    Object.entries(filled).map(async ([name, { plugin, config }]) => {
      const probe = await targets.get(plugin).probe(config, clock)
      return probe === null || probe.reachable ? [] : [`${name}: ${probe.message}`]
    }),
  )
  return problems.flat()
}
