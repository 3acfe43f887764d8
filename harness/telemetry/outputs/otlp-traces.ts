/**
 * The trace of a run as an `ExportTraceServiceRequest` in JSON: the run, its phases, what happened in it, and the slowest requests of each
 * step. Those are in the traces of the target, under the ids that it saw, where requests were traced. No request has a span while load
 * runs. Pure.
 */
import { createHash } from 'node:crypto'
import { wallMsOf } from '../../base/clock.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { Verdict } from '../../model/verdict.ts'
import { attributesOf, nanosOf, type OtlpAttribute, resourceOf, SCOPE } from './otlp-json.ts'

const INTERNAL = 1
const CLIENT = 3
const STATUS_OK = 1
const STATUS_ERROR = 2

/** @param startMs calendar time of the begin of the load */
export function otlpTraces(record: RunRecord, verdict: Verdict, startMs: number): object {
  const traceId = idOf(`${record.runId}/trace`, 32)
  const rootId = idOf(`${record.runId}/run`, 16)
  const at = (sinceMs: number) => nanosOf(startMs + sinceMs)
  const run = {
    traceId,
    spanId: rootId,
    name: `run ${record.scenario}`,
    kind: INTERNAL,
    startTimeUnixNano: at(0),
    endTimeUnixNano: at(record.loadMs),
    attributes: attributesOf({
      'proofload.run_id': record.runId,
      'proofload.correlation_id': record.correlationId,
      'proofload.plan_hash': record.planHash,
      'proofload.verdict': verdict.outcome,
    }),
    events: eventsOf(record, verdict, startMs),
    status: {
      code: verdict.outcome === 'GO' ? STATUS_OK : STATUS_ERROR,
      message: verdict.reasons[0]?.message ?? '',
    },
  }
  const phases = record.plan.phases
    .filter((phase) => phase.startMs < record.loadMs)
    .map((phase) => ({
      traceId,
      spanId: idOf(`${record.runId}/phase/${phase.name}/${phase.startMs}`, 16),
      parentSpanId: rootId,
      name: `phase ${phase.name}`,
      kind: INTERNAL,
      startTimeUnixNano: at(phase.startMs),
      endTimeUnixNano: at(Math.min(phase.endMs, record.loadMs)),
      attributes: attributesOf({ 'proofload.measured': phase.measured }),
    }))
  const spans = [run, ...phases, ...slowRequestSpans(record, { traceId, spanId: rootId }, startMs)]
  const resource = resourceOf(record.scenario, record.runId, record.environment.proofload)
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: SCOPE, spans }] }] }
}

interface SpanEvent {
  readonly timeUnixNano: string
  readonly name: string
  readonly attributes: readonly OtlpAttribute[]
}

/** Changes of objectives, the stop, the steps of a rollback, and the verdict. */
function eventsOf(
  { enforcement, rollback, loadMs }: RunRecord,
  verdict: Verdict,
  startMs: number,
): SpanEvent[] {
  const event = (
    wallMs: number,
    name: string,
    attributes: Parameters<typeof attributesOf>[0],
  ): SpanEvent => ({
    timeUnixNano: nanosOf(wallMs),
    name,
    attributes: attributesOf(attributes),
  })
  const objectives = (enforcement?.events ?? []).map(
    ({ atMs, expect, from, to, severity, observed, annotations }) =>
      event(startMs + atMs, `objective ${to}`, { expect, from, severity, observed, ...annotations }),
  )
  const stop = enforcement?.stop ?? null
  const steps = (rollback?.steps ?? []).map(({ name, outcome, startedAt }) =>
    event(wallMsOf(startedAt), `rollback ${name}`, { outcome }),
  )
  return [
    ...objectives,
    ...(stop === null ? [] : [event(startMs + stop.atMs, 'stop', { by: stop.by, reason: stop.reason })]),
    ...steps,
    event(startMs + loadMs, 'verdict', { outcome: verdict.outcome, reason: verdict.reasons[0]?.message }),
  ]
}

/**
 * A request that was not traced is a part of the run's own trace. The first attempt at one that was has the end of its trace id for a span
 * id (`targets/http/traceparent.ts`), so that the spans of the target are its children.
 */
function slowRequestSpans(
  { runId, slowest }: RunRecord,
  run: { readonly traceId: string; readonly spanId: string },
  startMs: number,
): object[] {
  return slowest.flatMap(({ step, requests }) =>
    requests.map((request, place) => ({
      traceId: request.traceId ?? run.traceId,
      spanId: request.traceId?.slice(16) ?? idOf(`${runId}/slow/${step}/${place}`, 16),
      ...(request.traceId === null ? { parentSpanId: run.spanId } : { links: [run] }),
      name: step,
      kind: CLIENT,
      startTimeUnixNano: nanosOf(startMs + request.atMs),
      endTimeUnixNano: nanosOf(startMs + request.atMs + request.responseTimeMs),
      attributes: attributesOf({
        'proofload.phase': request.phase,
        'proofload.agent': request.agent,
        'proofload.service_time_ms': request.serviceTimeMs,
        'proofload.connect_time_ms': request.connectTimeMs,
        'proofload.status': request.status,
        'error.type': request.errorKind === 'none' ? null : request.errorKind,
      }),
      status: { code: request.errorKind === 'none' ? STATUS_OK : STATUS_ERROR },
    })),
  )
}

/** An id of so many hex digits that is the same whenever the run is told of. */
function idOf(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits)
}
