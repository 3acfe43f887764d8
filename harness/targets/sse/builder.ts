/** A target of server-sent events and its steps, as authors write them. */
import { withoutGaps } from '../../base/without-gaps.ts'
import type { Written } from '../../base/written.ts'
import type { TargetRef } from '../../ports/target-plugin.ts'
import { type RequestStep, requestStep, type StepOptions } from '../step.ts'
import type { SseClient } from './client.ts'
import type { sseConfigSchema, sseRequestSchema } from './schema.ts'

/** Parts of a subscription besides its path. */
export type SubscriptionOptions = StepOptions & Omit<Written<typeof sseRequestSchema>, 'subscribe'>

/** A target of server-sent events, and its step: `sse({ url })`, `sse.subscribe('/events', { until: { events: 10 } })`. */
export const sse = Object.assign(
  (config: Written<typeof sseConfigSchema>): TargetRef<SseClient> => ({ plugin: 'sse', config }),
  {
    /** Subscribes to events until it is complete. */
    subscribe(path: string, { headers, lastEventId, until, ...shared }: SubscriptionOptions): RequestStep {
      return requestStep({ subscribe: path, until, ...withoutGaps({ headers, lastEventId }) }, shared)
    },
  },
)
