/** The context of one load: what it sends, under which controls, into which folder. */
import { fillSecrets } from '../../base/fill-secrets.ts'
import type { ShardPlan } from '../../model/plan.ts'
import type { Requirement } from '../../ports/requirement.ts'
import { openRequirements } from '../../requirements/index.ts'
import { createFolderIn, createRunFolder, openRunFolder, type RunFolder } from '../../store/run-folder.ts'
import type { RunContext } from './context.ts'
import type { PreparedLoad } from './launch-targets.ts'
import type { LoadOutputs } from './load-outputs.ts'
import type { Enforce } from './request.ts'
import { openRunControls, type RunControls } from './run-controls.ts'
import { createRunMask, type RunMask } from './run-mask.ts'

export interface LoadContext extends RunContext, PreparedLoad {
  /** Values by name, renewed in place while the load lasts. */
  readonly secrets: Readonly<Record<string, string>>
  readonly mask: RunMask
  /** The requirements of the plan, with secrets filled in. */
  readonly requirements: readonly Requirement[]
  readonly controls: RunControls
  readonly folder: RunFolder
  /** Null: nobody gets figures while load runs. */
  readonly outputs: LoadOutputs | null
}

/** A load for whose targets everything is made that they need. */
export interface ProvisionedLoad extends LoadContext, Pick<ShardPlan, 'provisioned'> {}

/**
 * Opens controls and folder for as long as the context lasts.
 * @param folder path of a folder that is there; null: one is made, `<outDir>/<scenario>/<runId>` or in that of a comparison
 * @throws HarnessError USAGE, SECRET_MISSING, SCENARIO_INVALID, REPORT_UNWRITABLE
 */
export async function openLoad(
  run: RunContext,
  load: PreparedLoad,
  enforce: Enforce | null,
  folder: string | null = null,
): Promise<LoadContext> {
  const { plan } = load
  const secrets = load.runSecrets.values()
  const controls = await openRunControls(run, plan, secrets, enforce)
  run.defer(controls.close)
  const opened = folder === null ? await newFolder(run, plan.scenario) : openRunFolder(folder)
  // The journal is written anew, from the log.
  if (load.begun !== null) await opened.forgetJournal()
  run.defer(opened.close)
  const requirements = openRequirements(fillSecrets(plan.requires, secrets), run.host)
  const { correlationId } = load.begun?.identity ?? run
  return {
    ...run,
    ...load,
    correlationId,
    secrets,
    mask: createRunMask(secrets, plan),
    requirements,
    controls,
    folder: opened,
    outputs: null,
  }
}

function newFolder({ outDir, within, runId }: RunContext, scenario: string): Promise<RunFolder> {
  return within === null ? createRunFolder(outDir, scenario, runId) : createFolderIn(within, runId)
}
