/** The values, messages and places of objectives on pictures. */
import { formatAmount } from '../base/units.ts'
import type { ObjectivePlan } from '../model/plan.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { VisualFinding, VisualResult } from '../model/visual.ts'

/** The picture that an objective names; null when the run did not come to it. */
export function visualOf(
  { visuals }: Pick<RunRecord, 'visuals'>,
  labels: ObjectivePlan['labels'],
): VisualResult | null {
  return visuals.find(({ name }) => name === labels['visual']) ?? null
}

/** They say nothing about what the target shows: nobody looked, or not at what was meant. */
const UNSEEN: ReadonlySet<VisualFinding['code']> = new Set([
  'NO_BASELINE',
  'COMMAND_FAILED',
  'NOT_WRITTEN',
  'ALL_MASKED',
  'MASK_OUTSIDE',
])

/** Returns the number of findings of a picture; null when it was not compared. */
export function findingCountOf({ findings }: VisualResult): number | null {
  const isUnseen = findings.length > 0 && findings.every(({ code }) => UNSEEN.has(code))
  return isUnseen ? null : findings.length
}

/** `worst tile 0.410 at 640,384 in frame 1, bound >= 0.8`: everything that was found; what was looked at where nothing was. */
export function visualText(visual: VisualResult): string {
  const { findings, comparedFrameCount } = visual
  if (findings.length === 0)
    return `matches the approved picture (${formatAmount(comparedFrameCount, 'frame')})`
  const found = findings.map(({ message }) => message).join('; ')
  return findingCountOf(visual) === null ? `not measured: ${found}; ${visualAdvice(visual)}` : found
}

/** The advice for findings that must be fixed before the picture can be judged; all other findings are for people to review. */
const ADVICE: Partial<Record<VisualFinding['code'], (visual: VisualResult) => string>> = {
  NO_BASELINE: ({ name, candidate, files }) =>
    `check the picture, then approve it: proofload visual approve ${name} ${files.candidate ?? candidate}`,
  COMMAND_FAILED: ({ name, candidate }) =>
    `fix the command of visuals.${name}: it must exit with 0 and write ${candidate}`,
  NOT_WRITTEN: ({ name, candidate }) =>
    `fix the command of visuals.${name}, or the run itself: each run must write ${candidate} again`,
  UNREADABLE: ({ name, candidate }) =>
    `${candidate} cannot be read: fix the program that writes it, or name another file in visuals.${name}`,
  BLANK: ({ files, candidate }) =>
    `look at ${files.candidate ?? candidate} first: fix the page, or wait until it has loaded before taking its picture`,
  ALL_MASKED: () => 'fix the masks: they must not cover the whole picture',
  MASK_OUTSIDE: () => 'fix the masks: each must lie on the approved picture',
}

/** Returns the advice for findings. A picture that is blank, or that was not compared, must never be approved. */
export function visualAdvice(visual: VisualResult): string {
  const { name, candidate, files, findings } = visual
  for (const { code } of findings) {
    const advice = ADVICE[code]
    if (advice !== undefined) return advice(visual)
  }
  const [shown] = [files.sideBySide, files.candidate].filter((file) => file !== null)
  const looked = shown === undefined ? '' : `look at ${shown} first; `
  return `${looked}if the picture is as it should be, approve it: proofload visual approve ${name} ${files.candidate ?? candidate} --reason ...`
}
