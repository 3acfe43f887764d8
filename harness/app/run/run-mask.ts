/** The one door between what a run knows and what leaves it: record, verdict, reports, journal, events and alerts. */

import { OWN_WORDS } from '../../analysis/own-words.ts'
import { createMask, type MaskText, maskData, maskNames } from '../../base/secret-mask.ts'
import type { RunPlan } from '../../model/plan.ts'
import { planNames } from '../../model/plan-names.ts'

/** Keys of a record whose values are made by the harness alone. */
const OURS = ['hdr']
/** Texts whose masked form is kept: those of a run are the same every second. */
const KNOWN_TEXTS_MAX = 10_000

export interface RunMask {
  readonly text: MaskText
  /** A copy of plain data in which no secret is left, and which still fits its schema. */
  data<T>(data: T): T
}

/** @param plan whose names are told apart even when they differ by a secret only; null: nobody's */
export function createRunMask(secrets: Readonly<Record<string, string>>, plan: RunPlan | null): RunMask {
  const text = remembered(createMask(secrets))
  const options = {
    ours: OURS,
    words: OWN_WORDS,
    names: maskNames(plan === null ? [] : planNames(plan), text),
  }
  return { text, data: (data) => maskData(data, text, options) }
}

function remembered(mask: MaskText): MaskText {
  const known = new Map<string, string>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    const masked = mask(text)
    if (known.size >= KNOWN_TEXTS_MAX) known.clear()
    known.set(text, masked)
    return masked
  }
}
