/** The scenario of a run of URLs, as its author would have written it: what every scenario has anyway is left out. */

import { isDeepStrictEqual } from 'node:util'
import { lookUp } from '../../base/names.ts'
import { parseJson } from '../../base/parse-json.ts'
import { formatDurationMs, parseDurationMs } from '../../base/units.ts'
import { withoutGaps } from '../../base/without-gaps.ts'
import {
  DEFAULT_TIMEOUTS,
  type JourneyPlan,
  longestWaitMs,
  MAIN_TARGET,
  type RequestStepPlan,
  type RunPlan,
  type WorkloadPlan,
} from '../../model/plan.ts'
import { type HttpRequest, httpConfigSchema } from '../../targets/http/schema.ts'
import { JOURNEY_WEIGHT } from '../defaults.ts'

/** A document that means the same load. @param objectives bounds that the run has kept */
export function scenarioOfPlan(plan: RunPlan, objectives: readonly string[]): object {
  const targets = Object.fromEntries(
    Object.entries(plan.targets).map(([name, { plugin, config }]) => [
      name,
      { plugin, config: withoutDefaults(config) },
    ]),
  )
  const { [MAIN_TARGET]: only, ...others } = targets
  const warmUp = plan.phases.find(({ name }) => name === 'warm-up')
  return withoutGaps({
    name: plan.scenario,
    ...(Object.keys(others).length === 0 ? { target: only } : { targets }),
    allowHosts: plan.allowHosts.length === 0 ? undefined : plan.allowHosts,
    workload: workloadOf(plan),
    warmUp: warmUp === undefined ? undefined : timeOf(warmUp.endMs),
    timeouts: timeoutsOf(plan),
    journeys: Object.fromEntries(plan.journeys.map((journey) => [journey.name, journeyOf(journey)])),
    objectives,
  })
}

function withoutDefaults(config: Readonly<Record<string, unknown>>): object {
  const defaults: Readonly<Record<string, unknown>> = httpConfigSchema.parse({ url: config['url'] })
  return Object.fromEntries(
    Object.entries(config).filter(
      ([key, value]) => key === 'url' || !isDeepStrictEqual(lookUp(defaults, key), value),
    ),
  )
}

function workloadOf({ workloads: [workload], durationMs }: RunPlan): object {
  const { model, curve, agents, think, iterations } = workload as WorkloadPlan
  const value = curve.kind === 'constant' ? curve.value : agents
  const duration = timeOf(durationMs)
  if (model === 'open') return { pattern: 'constant-rate', rate: `${value}/s`, duration }
  return withoutGaps({
    pattern: 'constant-agents',
    agents,
    duration,
    iterations: iterations?.count,
    think: think.maxMs === 0 ? undefined : `${timeOf(think.minMs)}..${timeOf(think.maxMs)}`,
  })
}

function timeoutsOf(plan: RunPlan): object | undefined {
  const usualMs = Math.min(DEFAULT_TIMEOUTS.totalMs, longestWaitMs(plan))
  return plan.timeouts.totalMs === usualMs ? undefined : { total: timeOf(plan.timeouts.totalMs) }
}

function journeyOf({ weight, steps }: JourneyPlan): object {
  const requests = (steps ?? []).filter((step): step is RequestStepPlan => step.kind === 'request')
  return { ...(weight === JOURNEY_WEIGHT ? {} : { weight }), steps: requests.map(stepOf) }
}

function stepOf({ target, request }: RequestStepPlan): object {
  const { headers, body, ...rest } = request as HttpRequest
  return {
    ...(target === MAIN_TARGET ? {} : { target }),
    request: withoutGaps({ ...rest, ...contentOf(headers, body) }),
  }
}

/** A body that is JSON is written as such, and needs no header that says so. */
function contentOf(headers: HttpRequest['headers'] = {}, body: HttpRequest['body']): Partial<HttpRequest> {
  const type = Object.keys(headers).find((name) => name.toLowerCase() === 'content-type')
  const isJson =
    typeof body === 'string' && type !== undefined && lookUp(headers, type) === 'application/json'
  const left = Object.entries(headers).filter(([name]) => !isJson || name !== type)
  return {
    ...(left.length === 0 ? {} : { headers: Object.fromEntries(left) }),
    ...(isJson ? { json: parseJson(body) } : { body }),
  }
}

function timeOf(ms: number): string {
  const text = formatDurationMs(ms)
  return parseDurationMs(text) === ms ? text : `${ms}ms`
}
