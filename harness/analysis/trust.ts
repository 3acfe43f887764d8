/** The figures that can be trusted in an invalid run. */
import type { VerdictReason } from '../model/verdict.ts'
import { metricOf } from './metrics/catalogue.ts'

/** Reasons for which requests failed that the target never saw. */
const OWN_FAILURES = new Set(['DESCRIPTORS_EXHAUSTED', 'PORTS_EXHAUSTED'])

/** Tells whether figures of a catalogue metric can be trusted although the instrument cannot. */
export function isTrusted(
  { metric }: { readonly metric: string },
  invalid: readonly VerdictReason[],
): boolean {
  switch (metricOf({ metric }).trust) {
    case 'clocked':
      return invalid.length === 0
    case 'counts':
      return !invalid.some(({ code }) => OWN_FAILURES.has(code))
    case 'target':
      return true
  }
}
