/** The summary page and the annotations of the GitHub job that a run is part of. */
import { messageOf } from '../../base/errors.ts'
import type { Host } from '../../ports/host.ts'
import type { ReportInput } from '../../ports/reporter.ts'
import { githubReporter } from '../../reporters/github.ts'
import { markdownReporter } from '../../reporters/markdown.ts'
import { appendRegularFile } from '../../system/files.ts'

/** Does nothing outside of a job. A summary that cannot be written is noted, and does not undo the verdict. */
export async function tellGithub(
  run: ReportInput,
  { env, stderr }: Pick<Host, 'env' | 'stderr'>,
  note: (message: string) => void,
): Promise<void> {
  const summaryFile = env['GITHUB_STEP_SUMMARY'] ?? ''
  if (summaryFile !== '') {
    try {
      await appendRegularFile(summaryFile, markdownReporter.render(run))
    } catch (error) {
      note(`the summary of the job cannot be written: ${messageOf(error)}`)
    }
  }
  // The runner reads both streams; stdout is for the verdict.
  if (env['GITHUB_ACTIONS'] === 'true') stderr.write(githubReporter.render(run))
}
