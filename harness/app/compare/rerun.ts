/** A run against a baseline whose build cannot be run again: further runs of the candidate confirm what is suspect. */
import type { Host } from '../../ports/host.ts'
import type { RunProgress } from '../run/progress.ts'
import type { FinishedRun } from '../run/publish.ts'
import { MEASURE_ONLY } from '../run/request.ts'
import { requireWhole, runScenario } from '../run/run.ts'
import { namedBaseline } from './baselines.ts'
import type { ConfirmRequest } from './confirm.ts'
import { runsFolderOf } from './runs-folder.ts'

/** @throws HarnessError BASELINE_*, and whatever a run throws */
export function runAndRerun(
  { baseline, ...run }: ConfirmRequest,
  host: Host,
  progress: RunProgress,
): Promise<FinishedRun> {
  let within: string | null = null
  const rerun = async () => {
    const { source, overrides, threads, outDir, state, stop } = run
    const again = { ...MEASURE_ONLY, source, overrides, threads, outDir, state, stop, within }
    return requireWhole(await runScenario(again, host, progress)).record
  }
  const comparer = namedBaseline(baseline, host.cwd, rerun)
  const compare = {
    ...comparer,
    compare: (record: Parameters<typeof comparer.compare>[0]) => {
      within = runsFolderOf(record, run.outDir, host.cwd)
      return comparer.compare(record)
    },
  }
  return runScenario({ ...run, compare }, host, progress)
}
