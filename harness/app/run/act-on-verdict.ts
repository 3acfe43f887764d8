/** The answer to a verdict: alerts that are raised or resolved, and the rollback that a NO-GO asks for. What became of them is appended to what was published. */
import { withRollback } from '../../analysis/judge.ts'
import { verdictAlert } from '../../analysis/verdict-alert.ts'
import { isoOf } from '../../base/clock.ts'
import { decideRollback } from '../rollback/decide-rollback.ts'
import type { JudgedLoad } from './load.ts'
import { type Published, publishRun } from './publish.ts'

/** Raises the alert and rolls back; the rest of the verdict stands. What was measured is on disk by then. */
export async function actOnVerdict({ load, published }: JudgedLoad): Promise<Published> {
  if (!load.controls.isActing) return published
  const { measured, judged, verdict, options } = published
  const { alerting } = load.controls
  const at = isoOf(load.host.clock.wallMs())
  const alert = verdictAlert(measured, verdict, at)
  if (alert !== null) alerting.raise(alert)
  if (verdict.outcome === 'GO') alerting.endWell(at, `run ${measured.runId} ended GO`)
  const rollback = await decideRollback(load, measured, verdict)
  if (rollback === null) return published
  return await publishRun({ ...measured, rollback }, withRollback(judged, rollback), options)
}

/** Waits until all alerts are delivered or given up, and appends what became of them. */
export async function finishAlerts({ load }: JudgedLoad, published: Published): Promise<Published> {
  if (!load.controls.isActing) return published
  const alerts = await load.controls.close()
  const { measured, judged, options } = published
  if (measured.enforcement === null) return published
  const enforcement = { ...measured.enforcement, alerts }
  return await publishRun({ ...measured, enforcement }, { ...judged, enforcement }, options)
}
