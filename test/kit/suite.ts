import { describeLaws } from '../../harness/contract/laws.ts'

/** A test body; return (or await) everything it starts. */
export type TestBody = () => void | Promise<void>

/** Declares one behaviour as a sentence. */
export interface DescribeApi {
  (title: string, body: TestBody): void
  /** A test that cannot run here: visible, counted, and red in CI (`.ci/run`). */
  skip(title: string, reason: string): void
}

/** Skipped tests leave this marker on stdout, which `test/run.ts` counts. */
export const SKIP_MARKER = '[skipped]'

/** A suite that always runs: `describe('TimingWheel', (test) => { test('fires in order', () => ...) })`. */
export function describe(subject: string, declare: (test: DescribeApi) => void): void {
  describeLaws(subject, (law) => {
    const api = ((title: string, body: TestBody) => law(title, body)) as DescribeApi
    api.skip = (title, reason) => {
      process.stdout.write(`\n${SKIP_MARKER} ${subject}: ${title} - ${reason}\n`)
    }
    declare(api)
  })
}
