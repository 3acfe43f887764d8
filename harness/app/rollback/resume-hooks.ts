/** Hooks of a rollback that is resumed: the process that ran the load is dead. */
import { firingAlerts } from '../../analysis/monitor/objective-event.ts'
import { verdictAlert } from '../../analysis/verdict-alert.ts'
import { HarnessError, messageOf } from '../../base/errors.ts'
import type { Alert } from '../../model/alert.ts'
import type { Overrides } from '../../scenario/overrides.ts'
import { resolveSecrets } from '../../scenario/secrets.ts'
import { readRunRecord, readVerdictBeside } from '../../store/stored-run.ts'
import { createAlerting } from '../run/alerting.ts'
import type { RunContext } from '../run/context.ts'
import { openAlerts } from '../run/open-alerts.ts'
import { preparePlan } from '../run/prepare.ts'
import { rollbackAlert } from './outcome.ts'
import { probeTargets } from './probe-targets.ts'
import type { CreateHooks } from './request.ts'
import { createValidation } from './validation.ts'

/** @param folder path of the folder of the run */
export function createResumeHooks(here: RunContext, folder: string): CreateHooks {
  return ({ begun, record }) => {
    const { validation, facts, plan, cwd } = begun
    const run = { ...here, host: { ...here.host, cwd } }
    const { host, stop, note } = run
    const scenario = async () =>
      (await preparePlan(validation.source, validation.overrides as Overrides, host)).plan
    return {
      // Load ends with the process that sends it.
      drain: () => Promise.resolve(),
      evidence: () => ({
        note: 'the process of the run was killed; what it had measured is in journal.ndjson',
      }),
      probe: async () => probeTargets(await scenario(), host),
      validate: createValidation(run, {
        source: validation,
        facts,
        validationMs: plan.validationMs,
        folder,
        targets: null,
      }),
      async tell(alert, isWell) {
        const { alerts, secrets: names } = await scenario()
        const { clock, stderr } = host
        const open = await openAlerts(here.store, facts.scenario, note)
        const known = [
          ...open.known,
          ...(await alertsOfRun(folder, note)),
          ...(record === null ? [] : [rollbackAlert(record, facts, begun.at)]),
        ]
        const alerting = createAlerting({
          plan: alerts,
          secrets: resolveSecrets(names, host.env),
          known,
          clock,
          stderr,
          onWarning: note,
          onAlert: open.keep,
          giveUp: stop.abortSignal,
        })
        alerting.raise(alert)
        if (isWell) alerting.resolveAll(alert.at, alert.summary)
        await alerting.close()
        await open.settled()
      },
    }
  }
}

/** Alerts that the process of the run had sent and not resolved; none when its record was not written. Never rejects. */
async function alertsOfRun(folder: string, note: (message: string) => void): Promise<Alert[]> {
  try {
    const record = await readRunRecord(folder, folder)
    const verdict = await readVerdictBeside(folder, record, folder)
    const ofVerdict = verdict === null ? null : verdictAlert(record, verdict, record.finishedAt)
    return [...firingAlerts(record), ...(ofVerdict === null ? [] : [ofVerdict])]
  } catch (error) {
    const isUnwritten = error instanceof HarnessError && error.code === 'RECORD_NOT_FOUND'
    if (!isUnwritten) note(`the alerts of the run could not be resolved: ${messageOf(error)}`)
    return []
  }
}
