import * as assert from 'uvu/assert'
import type { RunRecord } from '../../harness/model/run-record.ts'
import type { VerdictDocument } from '../../harness/model/verdict.ts'
import type { Workplace } from './cli.ts'

/** Reads the verdict that a command printed, and the record that it names. */
export function judgedOutput(
  place: Workplace,
  { stdout, stderr }: { readonly stdout: string; readonly stderr: string },
): { readonly verdict: VerdictDocument; readonly record: RunRecord } {
  assert.ok(stdout.startsWith('{'), stderr)
  const verdict = JSON.parse(stdout) as VerdictDocument
  return { verdict, record: JSON.parse(place.read(verdict.files['record'] ?? '')) as RunRecord }
}

/** Counts the requests of a run that ended well. */
export const okIn = ({ steps }: RunRecord) => steps.reduce((sum, { ok }) => sum + ok, 0)
