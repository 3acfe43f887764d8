/** The wording of failures: why, and how often. */
import { cutText } from '../base/cut-text.ts'
import { lookUp } from '../base/names.ts'
import { formatCount } from '../base/units.ts'
import { type FailureCount, OTHER_FAILURES } from '../model/failures-schema.ts'

const CHARS_MAX = 120
/** Kinds whose names say too little on their own. */
const KIND_WORDS: Readonly<Record<string, string>> = {
  status: 'an unexpected status',
  expectation: 'a missed expectation',
  extraction: 'a missing value',
  code: 'an error of the code',
  check: 'a failed check',
}

/** `HTTP 503`, `the body does not contain "IN STOCK": it is "SOLD OUT"`; the kind where the texts were too many. */
export function causeText({ kind, text }: Pick<FailureCount, 'kind' | 'text'>): string {
  if (text === OTHER_FAILURES) return lookUp(KIND_WORDS, kind) ?? kind
  return cutText(text, CHARS_MAX)
}

/** `HTTP 503 x 21` */
export function failureText(failure: FailureCount): string {
  return `${causeText(failure)} x ${formatCount(failure.count)}`
}

/** The number of causes that a sentence names. */
const CAUSES_NAMED = 2

/** `HTTP 503 x 21, HTTP 500 x 3`: the two most frequent. @param failures the most frequent first */
export function commonestText(failures: readonly FailureCount[]): string {
  return failures.slice(0, CAUSES_NAMED).map(failureText).join(', ')
}
