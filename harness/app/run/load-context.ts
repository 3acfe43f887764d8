/** The context of one load: what it sends, under which controls, into which folder. */
import { resolveSecrets } from '../../scenario/secrets.ts'
import { createRunFolder, openRunFolder, type RunFolder } from '../../store/run-folder.ts'
import type { RunContext } from './context.ts'
import type { PreparedLoad } from './launch-targets.ts'
import type { Enforce } from './request.ts'
import { openRunControls, type RunControls } from './run-controls.ts'
import { createRunMask, type RunMask } from './run-mask.ts'

export interface LoadContext extends RunContext, PreparedLoad {
  /** Values by name. */
  readonly secrets: Readonly<Record<string, string>>
  readonly mask: RunMask
  readonly controls: RunControls
  readonly folder: RunFolder
}

/**
 * Opens controls and folder for as long as the context lasts.
 * @param folder path of a folder that is there; null: `<outDir>/<scenario>/<runId>` is made
 * @throws HarnessError USAGE, SECRET_MISSING, SCENARIO_INVALID, REPORT_UNWRITABLE
 */
export async function openLoad(
  run: RunContext,
  load: PreparedLoad,
  enforce: Enforce | null,
  folder: string | null = null,
): Promise<LoadContext> {
  const { plan } = load
  const secrets = resolveSecrets(plan.secrets, run.host.env)
  const controls = await openRunControls(run, plan, secrets, enforce)
  run.defer(controls.close)
  const opened =
    folder === null ? await createRunFolder(run.outDir, plan.scenario, run.runId) : openRunFolder(folder)
  run.defer(opened.close)
  return { ...run, ...load, secrets, mask: createRunMask(secrets, plan), controls, folder: opened }
}
