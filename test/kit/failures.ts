import type { FailureSample, StepFailures } from '../../harness/model/failures-schema.ts'

/** Statuses of answers that were good or 503. */
export function statusesOf(ok: number, failed: number): Record<string, number> {
  return { ...(ok > 0 && { 200: ok }), ...(failed > 0 && { 503: failed }) }
}

/** Failures of a step that answered 503. */
export function failuresOf(step: string, failed: number): StepFailures[] {
  if (failed === 0) return []
  const cause = { kind: 'status', text: 'HTTP 503' }
  return [{ phase: 'steady', of: 'requests', step, counts: [{ ...cause, count: failed }], samples: [] }]
}

export function aFailureSample(changes: Partial<FailureSample> = {}): FailureSample {
  return {
    kind: 'status',
    text: 'HTTP 503',
    atMs: 1_500,
    method: 'GET',
    url: 'http://127.0.0.1:1/item',
    status: 503,
    body: 'busy',
    traceId: null,
    ...changes,
  }
}
