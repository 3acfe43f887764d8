/** What an objective on a picture is about, for values, messages and where to look. */
import { formatAmount } from '../base/units.ts'
import type { ObjectivePlan } from '../model/plan.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { VisualResult } from '../model/visual.ts'

/** Whether it judges a picture and not what was measured. */
export function isAboutVisuals({ metric }: Pick<ObjectivePlan, 'metric'>): boolean {
  return metric === 'visual_findings'
}

/** The picture that an objective names; null when the run did not come to it. */
export function visualOf(
  { visuals }: Pick<RunRecord, 'visuals'>,
  labels: ObjectivePlan['labels'],
): VisualResult | null {
  return visuals.find(({ name }) => name === labels['visual']) ?? null
}

/** `worst tile 0.41 at 640,384 in frame 1, bound 0.8`: everything that was found; what was looked at where nothing was. */
export function visualText({ findings, comparedFrameCount }: VisualResult): string {
  if (findings.length === 0) return `as approved (${formatAmount(comparedFrameCount, 'frame')})`
  return findings.map(({ message }) => message).join('; ')
}

/** What to do about findings. */
export function visualAdvice({ name, candidate, files }: VisualResult): string {
  const [shown] = [files.sideBySide, files.candidate].filter((file) => file !== null)
  const looked = shown === undefined ? '' : `look at ${shown} first; `
  return `${looked}if the picture is as it should be, approve it: proofload visual approve ${name} ${files.candidate ?? candidate} --reason ...`
}
